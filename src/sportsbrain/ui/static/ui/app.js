// Keys: "/" search, "g" then a letter to go, "?" help, Escape closes. And one live run.
(function () {
  "use strict";
  var waiting = false;
  document.addEventListener("keydown", function (event) {
    var tag = (event.target.tagName || "").toLowerCase();
    if (event.key === "Escape") { document.activeElement.blur(); var d = document.getElementById("keys"); if (d) { d.hidden = true; } return; }
    if (tag === "input" || tag === "select" || tag === "textarea" || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "/") { var box = document.getElementById("search"); if (box) { box.focus(); event.preventDefault(); } return; }
    if (event.key === "?") { var keys = document.getElementById("keys"); if (keys) { keys.hidden = !keys.hidden; } return; }
    if (waiting) { waiting = false; var link = document.querySelector('[data-key="' + event.key + '"]'); if (link) { link.click(); } return; }
    if (event.key === "g") { waiting = true; setTimeout(function () { waiting = false; }, 1200); }
  });

  // Venues on a map: a dot and its two numbers are one place.
  var place = document.querySelector("[data-place]");
  if (place) {
    var held = null, lat0 = +place.dataset.latitude, lon0 = +place.dataset.longitude, reach = +place.dataset.degrees;
    function inputs(code) { return [document.getElementsByName(code + "-latitude")[0], document.getElementsByName(code + "-longitude")[0]]; }
    function put(dot) {
      var pair = inputs(dot.dataset.code), lat = parseFloat(pair[0].value.replace(",", ".")), lon = parseFloat(pair[1].value.replace(",", "."));
      if (isFinite(lat) && isFinite(lon)) { dot.setAttribute("transform", "translate(" + (50 + 50 * (lon - lon0) / reach) + " " + (50 - 50 * (lat - lat0) / reach) + ")"); }
    }
    place.querySelectorAll("[data-code]").forEach(function (dot) {
      dot.addEventListener("pointerdown", function (event) { held = dot; dot.setPointerCapture(event.pointerId); event.preventDefault(); });
      dot.addEventListener("pointerup", function () { held = null; });
      dot.addEventListener("pointermove", function (event) {
        if (held !== dot) { return; }
        var box = place.getBoundingClientRect(), pair = inputs(dot.dataset.code);
        var x = 100 * (event.clientX - box.left) / box.width, y = 100 * (event.clientY - box.top) / box.height;
        pair[0].value = (lat0 + (50 - y) / 50 * reach).toFixed(5); pair[1].value = (lon0 + (x - 50) / 50 * reach).toFixed(5);
        put(dot);
      });
      inputs(dot.dataset.code).forEach(function (input) { input.addEventListener("input", function () { put(dot); }); });
    });
  }

  // The control room: "n" begins an incident; tiles that changed are put in place, the rest stays.
  var first = document.querySelector("#incident input[name=text]");
  if (first) { document.addEventListener("keydown", function (event) { var tag = (event.target.tagName || "").toLowerCase(); if (event.key === "n" && !waiting && tag !== "input" && tag !== "select" && tag !== "textarea" && !event.ctrlKey && !event.metaKey && !event.altKey) { first.focus(); event.preventDefault(); } }); }
  var slide = document.getElementById("slide");
  if (slide) {
    slide.addEventListener("input", function () {
      var at = new Date(new Date(slide.dataset.first).getTime() + 60000 * slide.value);
      slide.form.elements.at.value = at.toISOString();
      document.getElementById("slid").textContent = slide.dataset.first.slice(0, 11) ? new Date(new Date(slide.dataset.first.slice(0, 19)).getTime() + 60000 * slide.value).toTimeString().slice(0, 5) : "";
    });
  }
  // A line that says nothing: give up in time, remember, and let nobody lose what they wrote.
  var weak = false, silent = document.getElementById("silent");
  function within(address, patience) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, patience);
    return fetch(address, { credentials: "same-origin", signal: stop.signal }).then(function (answer) { if (weak) { weak = false; if (silent) { silent.hidden = true; } window.dispatchEvent(new Event("strong")); } return answer; }, function (error) { weak = true; throw error; }).finally(function () { clearTimeout(timer); });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.sure || !silent || !(weak || !navigator.onLine)) { return; }
    event.preventDefault();
    within("/health/", 8000).then(function () { form.dataset.sure = "yes"; form.requestSubmit(button); }, function () { silent.hidden = false; });
  });
  var board = document.querySelector("[data-live]");
  if (board) {
    var asked = false, again = false, heard = Date.now(), stale = document.getElementById("stale");
    function put(text) {
      var fresh = new DOMParser().parseFromString(text, "text/html"), old = board.querySelector("#board"), other = fresh.getElementById("board");
      if (!other || !old) { return; }
      heard = Date.now(); stale.hidden = true;
      var now = {}, was = {};
      function key(el) { return el.dataset.tile; }
      old.querySelectorAll("[data-tile]").forEach(function (el) { was[key(el)] = el; });
      other.querySelectorAll("[data-tile]").forEach(function (el) { now[key(el)] = el; });
      var same = Object.keys(was).sort().join() === Object.keys(now).sort().join();
      if (!same) { old.replaceWith(other); return; }
      Object.keys(now).forEach(function (name) {
        if (was[name].outerHTML === now[name].outerHTML) { return; }
        var at = was[name].contains(document.activeElement) ? document.activeElement : null, href = at && at.getAttribute("href"), label = at && at.getAttribute("aria-label");
        was[name].replaceWith(now[name]);
        var same = at && Array.prototype.find.call(now[name].querySelectorAll("a, button"), function (el) { return (href && el.getAttribute("href") === href) || (label && el.getAttribute("aria-label") === label); });
        if (same) { same.focus({ preventScroll: true }); }
      });
      old.dataset.moment = other.dataset.moment;
    }
    function ask() {
      if (asked) { again = true; return; }
      asked = true;
      within(board.dataset.part, 15000).then(function (r) { return r.ok ? r.text() : ""; }).then(put).catch(function () { /* the next update asks again */ }).then(function () { asked = false; if (again) { again = false; setTimeout(ask, 400); } });
    }
    function listen() {
      var live = new EventSource(board.dataset.live);
      ["room.changed", "queue.expected", "unit.status", "weather.reported", "transport.delayed", "gate.scanned", "lanes.opened", "reset"].forEach(function (name) { live.addEventListener(name, ask); });
      return live;
    }
    var live = listen();
    window.addEventListener("strong", function () { live.close(); live = listen(); ask(); });  // the old line may be dead and not know
    setInterval(ask, 20000);
    setInterval(function () { if (Date.now() - heard > 45000) { stale.hidden = false; stale.querySelector("b").textContent = Math.round((Date.now() - heard) / 1000); } }, 5000);
  }

  var run = document.querySelector("[data-run]");
  if (!run) { return; }
  var points = [], id = run.dataset.run;
  function text(name, value) { var el = run.querySelector("[data-" + name + "]"); if (el) { el.textContent = value; } }
  function number(value) { return value == null ? "—" : value.toLocaleString(undefined, { maximumFractionDigits: 1 }); }
  function draw() {
    var seen = points.filter(function (p) { return p.objective != null; });
    if (!seen.length) { return; }
    var last = Math.max(1, seen[seen.length - 1].seconds), high = 0, low = Infinity;
    seen.forEach(function (p) { high = Math.max(high, p.objective); low = Math.min(low, p.bound == null ? p.objective : p.bound); });
    var span = Math.max(1, high - low * 0.95);
    function line(key) { return seen.map(function (p) { return (100 * p.seconds / last).toFixed(2) + "," + (100 - 95 * (p[key] - low * 0.95) / span).toFixed(2); }).join(" "); }
    run.querySelector(".objective").setAttribute("points", line("objective"));
    run.querySelector(".bound").setAttribute("points", line("bound"));
  }
  function take(p) {
    if (p.seconds == null) { return; }
    points.push(p);
    var state = run.querySelector("[data-state]"); if (state && run.dataset.going === "yes") { state.textContent = state.dataset.running; }
    text("objective", number(p.objective)); text("bound", number(p.bound));
    text("gap", p.gap == null ? "—" : (100 * p.gap).toFixed(1) + " %");
    text("seconds", Math.round(p.seconds) + " s"); text("step", p.step + (p.note ? ": " + p.note : ""));
    draw();
  }
  try { take(JSON.parse(document.getElementById("progress").textContent)); } catch (error) { /* none yet */ }
  if (run.dataset.going !== "yes") { return; }
  var source = new EventSource(run.dataset.stream);
  source.addEventListener("run.progress", function (event) { var body = JSON.parse(event.data); if (body.key === id) { take(body); } });
  source.addEventListener("run.ended", function (event) { if (JSON.parse(event.data).key === id) { source.close(); location.reload(); } });
  source.addEventListener("reset", function () { location.reload(); });
})();
/* A gate: the field is empty and ready for the next card after each answer. */
document.addEventListener("htmx:afterRequest", function (event) {
  var form = event.target.closest ? event.target.closest("form[data-scan]") : null;
  if (form) { form.elements.text.value = ""; form.elements.text.focus(); }
});
