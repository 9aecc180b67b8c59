// The fields of the card service in our page; the order page says what became of it.
(function () {
  "use strict";
  var form = document.getElementById("pay"), wrong = document.getElementById("wrong");
  if (!form || !window.Stripe) { return; }
  var stripe = window.Stripe(form.dataset.key), field = stripe.elements().create("card");
  field.mount("#card");
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var button = form.querySelector("button");
    button.disabled = true; wrong.hidden = true;
    stripe.confirmCardPayment(form.dataset.secret, { payment_method: { card: field } }).then(function (answer) {
      if (!answer.error) { location.href = form.dataset.done; return; }
      wrong.textContent = "▲ " + (answer.error.message || form.dataset.wrong);
      wrong.hidden = false; button.disabled = false;
    });
  });
})();
