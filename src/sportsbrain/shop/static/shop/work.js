// Work for a place: many came from this network. A word whose hash begins with zero bits.
(function () {
  "use strict";
  var form = document.querySelector("[data-work]");
  if (!form || !window.crypto || !crypto.subtle) { return; }
  form.addEventListener("submit", function (event) {
    if (form.elements.nonce.value) { return; }
    event.preventDefault();
    form.querySelector("button").disabled = true;
    var bits = +form.dataset.bits, coder = new TextEncoder(), n = 0, email = form.elements.email.value.trim().toLowerCase();
    (function step() {
      var some = [];
      for (var i = 0; i < 256; i++) { some.push(n + i); }
      n += 256;
      Promise.all(some.map(function (one) {
        return crypto.subtle.digest("SHA-256", coder.encode(form.dataset.work + ":" + email + ":" + one)).then(function (hash) { return new DataView(hash).getUint32(0) >>> (32 - bits) === 0 ? one : -1; });
      })).then(function (found) {
        var right = found.filter(function (one) { return one >= 0; });
        if (right.length) { form.elements.nonce.value = right[0]; form.submit(); } else { setTimeout(step); }
      });
    })();
  });
})();
