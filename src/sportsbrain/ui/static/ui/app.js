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
