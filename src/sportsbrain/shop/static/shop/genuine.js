// Who signed a label: the one place of the shop where a browser checks it (see vocabulary/labels.py).
var shopLabels = (function () {
  "use strict";
  var LINK = /\/01\/(\d{14})\/21\/([0-9A-Za-z_-]{1,20})\?91=([A-Za-z0-9_-]{86})$/;
  function unhex(text) { return new Uint8Array(text.match(/../g).map(function (b) { return parseInt(b, 16); })); }
  // `found`: what LINK found. True or false; null when this device can't check.
  function genuine(found, issuer, keys) {
    if (!window.crypto || !crypto.subtle) { return Promise.resolve(null); }
    var said = new TextEncoder().encode(["sportsbrain label 1", issuer, found[1], found[2]].join("\u001f"));
    var mark = Uint8Array.from(atob(found[3].replace(/-/g, "+").replace(/_/g, "/") + "=="), function (c) { return c.charCodeAt(0); });
    return Promise.all(keys.map(function (hex) {
      return crypto.subtle.importKey("raw", unhex(hex), { name: "Ed25519" }, false, ["verify"]).then(function (key) { return crypto.subtle.verify({ name: "Ed25519" }, key, mark, said); });
    })).then(function (rights) { return rights.some(Boolean); }).catch(function () { return null; });
  }
  return { LINK: LINK, genuine: genuine };
}());
