// The gate for tickets. With the network each scan is asked for; without it the device judges:
// Ed25519 by the browser, CBOR and base45 read here, the list of cancelled ones and of those who are in.
(function () {
  "use strict";
  var form = document.querySelector("[data-gate]");
  if (!form) { return; }
  var field = form.elements.text, words = document.getElementById("verdict").dataset;
  var session = form.dataset.session, box = "gate:" + session, patience = 2500, fresh = 15 * 60;
  var state = load(box + ":state", { keys: {}, used: [], revoked: "", issuer: "" });
  var queue = load(box + ":queue", []), used = new Set(state.used), device = load("gate:device", "");
  if (!device) { device = "gate-" + uid().slice(0, 8); keep("gate:device", device); }
  queue.forEach(function (one) { used.add(one.number); });
  Object.keys(localStorage).forEach(function (name) { if (/^gate:.*:state$/.test(name) && name !== box + ":state") { localStorage.removeItem(name); } });

  function load(name, otherwise) { try { return JSON.parse(localStorage.getItem(name)) || otherwise; } catch (error) { return otherwise; } }
  function keep(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch (error) { /* full: this page goes on from memory */ } }
  function uid() { return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  function ask(address, options) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, patience);
    return fetch(address, Object.assign({ signal: stop.signal, credentials: "same-origin" }, options)).then(function (answer) {
      clearTimeout(timer);
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    });
  }
  function token() { return form.elements.csrfmiddlewaretoken.value; }

  // base45 (RFC 9285) and as much of CBOR (RFC 8949) as a proof needs
  var LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  function base45(text) {
    var out = [];
    for (var i = 0; i < text.length; i += 3) {
      var part = Array.from(text.slice(i, i + 3), function (c) { var n = LETTERS.indexOf(c); if (n < 0) { throw new Error("damaged"); } return n; });
      if (part.length === 3) { var n = part[0] + 45 * part[1] + 2025 * part[2]; if (n > 65535) { throw new Error("damaged"); } out.push(n >> 8, n & 255); }
      else if (part.length === 2) { var m = part[0] + 45 * part[1]; if (m > 255) { throw new Error("damaged"); } out.push(m); }
      else { throw new Error("damaged"); }
    }
    return new Uint8Array(out);
  }
  function cbor(bytes) {
    var at = 0, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    function size(info) {
      if (info < 24) { return info; }
      if (info === 24) { at += 1; return view.getUint8(at - 1); }
      if (info === 25) { at += 2; return view.getUint16(at - 2); }
      if (info === 26) { at += 4; return view.getUint32(at - 4); }
      if (info === 27) { at += 8; return Number(view.getBigUint64(at - 8)); }
      throw new Error("damaged");
    }
    function item(depth) {
      if (depth > 8) { throw new Error("damaged"); }
      var head = view.getUint8(at), kind = head >> 5, n; at += 1; n = size(head & 31);
      if (kind === 0) { return n; }
      if (kind === 1) { return -1 - n; }
      if (kind === 2 || kind === 3) {
        if (at + n > bytes.length) { throw new Error("damaged"); }
        var part = bytes.slice(at, at + n); at += n;
        return kind === 2 ? part : new TextDecoder().decode(part);
      }
      if (kind === 4) { var list = []; for (var i = 0; i < n; i++) { list.push(item(depth + 1)); } return list; }
      if (kind === 5) { var map = new Map(); for (var j = 0; j < n; j++) { var key = item(depth + 1); map.set(key, item(depth + 1)); } return map; }
      if (kind === 6) { return item(depth + 1); }
      throw new Error("damaged");
    }
    return item(0);
  }
  function bstr(bytes) {
    var n = bytes.length, head = n < 24 ? [64 + n] : n < 256 ? [88, n] : [89, n >> 8, n & 255];
    return head.concat(Array.from(bytes));
  }
  function hex(bytes) { return Array.from(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  function unhex(text) { return new Uint8Array(text.match(/../g).map(function (b) { return parseInt(b, 16); })); }
  function opened(bytes) {  // COSE_Sign1 (RFC 9052): the payload when a known key signed it
    var parts = cbor(bytes), kid = hex(parts[1].get(4)), known = state.keys[kid];
    if (!known) { return Promise.reject(new Error("stranger")); }
    var signed = new Uint8Array([132, 106].concat(Array.from(new TextEncoder().encode("Signature1")), bstr(parts[0]), [64], bstr(parts[2])));
    return crypto.subtle.importKey("raw", unhex(known), { name: "Ed25519" }, false, ["verify"]).then(function (key) {
      return crypto.subtle.verify({ name: "Ed25519" }, key, parts[3], signed);
    }).then(function (right) { if (!right) { throw new Error("stranger"); } return cbor(parts[2]); });
  }
  function unpacked(bytes) {
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer().then(function (b) { return new Uint8Array(b); });
  }
  var cancelled = null;
  function readList() {
    if (!state.revoked) { cancelled = null; return Promise.resolve(); }
    var raw = Uint8Array.from(atob(state.revoked), function (c) { return c.charCodeAt(0); });
    return opened(raw).then(function (claims) {
      return unpacked(claims.get(65535).get("lst")).then(function (bits) { cancelled = { bits: bits, at: claims.get(6) }; });
    }).catch(function () { cancelled = null; });
  }
  function judge(text) {  // what `judge` of the server says, without it
    if (!window.crypto || !crypto.subtle) { return Promise.resolve({ colour: "amber", reason: words.unable }); }
    var bytes;
    try { if (text.slice(0, 4) !== "SB1:") { throw new Error("damaged"); } bytes = base45(text.slice(4)); opened; } catch (error) { return Promise.resolve({ colour: "red", reason: words.stranger }); }
    return Promise.resolve().then(function () { return opened(bytes); }).then(function (claims) {
      var said = claims.get(-65537), now = Date.now() / 1000 + (state.shift || 0), index = claims.get(65535);
      var found = { number: said[1], category: said[2] };
      function is(colour, reason) { return Object.assign(found, { colour: colour, reason: reason }); }
      if (claims.get(1) !== state.issuer || said[0] !== "ticket" || now < claims.get(5) || now >= claims.get(4)) { return is("red", words.stranger); }
      if (said[3].split("/").indexOf("session " + session + " ENTRY") < 0) { return is("red", words.other); }
      if (cancelled && cancelled.bits[index >> 3] >> (index & 7) & 1) { return is("red", words.cancelled); }
      if (used.has(found.number)) { return is("red", words.again); }
      if (!cancelled || Date.now() / 1000 - cancelled.at > fresh) { return is("amber", words.old); }
      return is("green", words.valid);
    }).catch(function (error) { return { colour: error.name === "NotSupportedError" ? "amber" : "red", reason: error.name === "NotSupportedError" ? words.unable : words.stranger }; });
  }

  function show(found) {
    var mark = { green: "✓ " + words.green, amber: "▲ " + words.amber, red: "✕ " + words.red }[found.colour];
    var div = document.createElement("div"); div.className = "verdict " + found.colour; div.setAttribute("role", "status");
    [["big", mark], ["", found.reason], ["", found.category || ""]].forEach(function (pair) { var p = document.createElement("p"); p.className = pair[0]; p.textContent = pair[1]; div.appendChild(p); });
    var place = document.getElementById("verdict"); place.replaceChildren(div);
  }
  var isOff = false;
  function count() {
    var line = document.getElementById("network");
    document.getElementById("inside").textContent = used.size;
    line.hidden = !isOff && !queue.length;
    line.textContent = (isOff ? line.dataset.off : line.dataset.on) + " " + queue.length;
  }
  function alone(text, id) {
    return judge(text).then(function (found) {
      if (found.number && (found.colour === "green" || found.colour === "amber")) {
        used.add(found.number);
        queue.push({ uid: id, text: text, at: new Date().toISOString(), number: found.number });
        keep(box + ":queue", queue);
      }
      return found;
    });
  }
  var newest = "", wrong = [];  // let in alone, and not valid as we know now
  function scan(text) {
    var id = uid(), place = document.getElementById("verdict"), body = new URLSearchParams({ csrfmiddlewaretoken: token(), session: session, text: text, uid: id, device: device });
    newest = id; place.replaceChildren();  // the last verdict is not this one's
    return ask(form.action, { method: "POST", body: body, headers: { Accept: "application/json" } }).then(function (found) {
      isOff = false;
      if (found.number && found.colour === "green") { used.add(found.number); }
      return found;
    }).catch(function () { isOff = true; return alone(text, id); }).then(function (found) { if (newest === id) { show(found); } count(); });
  }
  function doubled(numbers) {
    var place = document.getElementById("doubled");
    if (!numbers.length) { return; }
    var p = document.createElement("p"), list = document.createElement("ul");
    p.className = "bad"; p.textContent = "▲ " + place.dataset.word;
    numbers.forEach(function (n) { var li = document.createElement("li"); li.textContent = n; list.appendChild(li); });
    place.replaceChildren(p, list);
  }
  function refresh() {
    return ask(form.dataset.state, {}).then(function (found) {
      state = found; state.shift = (new Date(found.clock) - Date.now()) / 1000;
      used = new Set(state.used); queue.forEach(function (one) { used.add(one.number); });
      doubled(state.doubled.concat(wrong)); isOff = false;
      keep(box + ":state", state);
      return readList();
    });
  }
  function tell(where, some) {
    return ask(form.dataset.sync, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ session: where, device: device, scans: some.map(function (one) { return { uid: one.uid, text: one.text, at: one.at }; }) })
    });
  }
  function send() {
    var some = queue.slice(0, 200);
    if (!some.length) { return Promise.resolve(); }
    return tell(session, some).then(function (found) {
      some.forEach(function (one) { if (found.answers[one.uid] === "refused") { wrong.push(one.number); } });
      queue = queue.filter(function (one) { return !(one.uid in found.answers); });
      keep(box + ":queue", queue);
      return queue.length ? send() : null;
    });
  }
  function sendOthers() {  // what was seen at other sessions while there was no network
    return Object.keys(localStorage).filter(function (name) { return /^gate:.*:queue$/.test(name) && name !== box + ":queue"; }).reduce(function (before, name) {
      return before.then(function () {
        var some = load(name, []).slice(0, 200);
        if (!some.length) { localStorage.removeItem(name); return null; }
        return tell(name.slice(5, -6), some).then(function (found) {
          keep(name, load(name, []).filter(function (one) { return !(one.uid in found.answers); }));
        });
      });
    }, Promise.resolve());
  }
  var busy = false;
  function meet() {  // give what waits, take what is new
    if (busy) { return; }
    busy = true;
    send().then(sendOthers).then(refresh).catch(function () { isOff = true; }).then(function () { busy = false; count(); });
  }
  form.addEventListener("submit", function (event) {
    var text = field.value.trim();
    event.preventDefault(); field.value = ""; field.focus();
    if (text) { scan(text); }
  });
  document.getElementById("session").addEventListener("change", function (event) { event.target.form.submit(); });
  window.addEventListener("online", meet);
  setInterval(meet, 30000);
  readList().then(function () { count(); meet(); });
  if (navigator.serviceWorker) { navigator.serviceWorker.register(form.dataset.worker, { scope: location.pathname }).catch(function () { /* the page works while it is open */ }); }
})();
