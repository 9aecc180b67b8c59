// Labels: with the network the shop says what it knows; without it the device checks who signed.
(function () {
  "use strict";
  var place = document.querySelector("[data-place]");
  if (place && navigator.geolocation) {
    place.hidden = false;
    place.addEventListener("submit", function (event) {
      if (place.elements.latitude.value) { return; }
      event.preventDefault();
      navigator.geolocation.getCurrentPosition(function (found) {
        place.elements.latitude.value = found.coords.latitude.toFixed(1);
        place.elements.longitude.value = found.coords.longitude.toFixed(1);
        place.submit();
      }, function () { place.hidden = true; });
    });
  }
  var form = document.querySelector("[data-labels]");
  if (!form) { return; }
  var words = document.getElementById("verdict").dataset, keys = JSON.parse(form.dataset.keys);
  function show(colour, mark, head, text) {
    var div = document.createElement("div"); div.className = "verdict " + colour; div.setAttribute("role", "status");
    [["big", mark + " " + head], ["", text]].forEach(function (pair) { var p = document.createElement("p"); p.className = pair[0]; p.textContent = pair[1]; div.appendChild(p); });
    document.getElementById("verdict").replaceChildren(div);
  }
  function alone(found) {
    shopLabels.genuine(found, form.dataset.issuer, keys).then(function (right) {
      if (right === null) { show("amber", "▲", words.unable, ""); }
      else if (right) { show("green", "✓", words.real, words.alone); }
      else { show("red", "✕", words.false, words.stranger); }
    });
  }
  form.addEventListener("submit", function (event) {
    var text = form.elements.text.value.trim(), found = shopLabels.LINK.exec(text), stop = new AbortController();
    event.preventDefault();
    if (!found) { show("red", "✕", words.none, ""); return; }
    var timer = setTimeout(function () { stop.abort(); }, 2500);
    fetch(location.pathname, { method: "HEAD", cache: "no-store", signal: stop.signal }).then(function (answer) {
      clearTimeout(timer);
      if (!answer.ok) { throw new Error(String(answer.status)); }
      form.submit();
    }).catch(function () { alone(found); });
  });
  if (navigator.serviceWorker) { navigator.serviceWorker.register(form.dataset.worker, { scope: location.pathname }).catch(function () { /* the page works while it is open */ }); }
}());
