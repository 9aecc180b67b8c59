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
  var LINK = /\/01\/(\d{14})\/21\/([0-9A-Za-z_-]{1,20})\?91=([A-Za-z0-9_-]{86})$/;
  function unhex(text) { return new Uint8Array(text.match(/../g).map(function (b) { return parseInt(b, 16); })); }
  function unmark(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/") + "=="), function (c) { return c.charCodeAt(0); });
  }
  function show(colour, mark, head, text) {
    var div = document.createElement("div"); div.className = "verdict " + colour; div.setAttribute("role", "status");
    [["big", mark + " " + head], ["", text]].forEach(function (pair) { var p = document.createElement("p"); p.className = pair[0]; p.textContent = pair[1]; div.appendChild(p); });
    document.getElementById("verdict").replaceChildren(div);
  }
  function alone(found) {
    var said = new TextEncoder().encode(["sportsbrain label 1", form.dataset.issuer, found[1], found[2]].join("\u001f")), mark = unmark(found[3]);
    if (!window.crypto || !crypto.subtle) { show("amber", "▲", words.unable, ""); return; }
    Promise.all(keys.map(function (hex) {
      return crypto.subtle.importKey("raw", unhex(hex), { name: "Ed25519" }, false, ["verify"]).then(function (key) { return crypto.subtle.verify({ name: "Ed25519" }, key, mark, said); });
    })).then(function (rights) {
      if (rights.some(Boolean)) { show("green", "✓", words.real, words.alone); } else { show("red", "✕", words.false, words.stranger); }
    }).catch(function () { show("amber", "▲", words.unable, ""); });
  }
  form.addEventListener("submit", function (event) {
    var text = form.elements.text.value.trim(), found = LINK.exec(text), stop = new AbortController();
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
