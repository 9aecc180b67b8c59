// The editor of a venue's drawing: places are dragged, ways chosen and changed, all of it saved at once.
(function () {
  "use strict";
  var source = document.getElementById("drawing-json"), canvas = document.getElementById("canvas");
  if (!source || !canvas) { return; }
  var d = JSON.parse(source.textContent), box = document.getElementById("chosen"), words = box.dataset;
  var chosen = null, held = null, NS = "http://www.w3.org/2000/svg";
  var xs = d.places.map(function (p) { return p.x; }), ys = d.places.map(function (p) { return p.y; });
  var span = 1.15 * Math.max(1, Math.max.apply(null, xs) - Math.min.apply(null, xs), Math.max.apply(null, ys) - Math.min.apply(null, ys));
  var mx = (Math.max.apply(null, xs) + Math.min.apply(null, xs)) / 2, my = (Math.max.apply(null, ys) + Math.min.apply(null, ys)) / 2;
  function sx(x) { return 50 + 100 * (x - mx) / span; }
  function sy(y) { return 50 - 100 * (y - my) / span; }
  function place(code) { return d.places.find(function (p) { return p.code === code; }); }
  function make(name, values, parent) {
    var el = document.createElementNS(NS, name);
    Object.keys(values).forEach(function (key) { el.setAttribute(key, values[key]); });
    parent.appendChild(el); return el;
  }
  function html(name, values, parent, text) {
    var el = document.createElement(name);
    Object.keys(values).forEach(function (key) { if (key in el && key !== "list") { el[key] = values[key]; } else { el.setAttribute(key, values[key]); } });
    if (text != null) { el.textContent = text; }
    if (parent) { parent.appendChild(el); } return el;
  }
  function draw() {
    canvas.textContent = "";
    d.passages.forEach(function (w) {
      var a = place(w.start), b = place(w.end), on = chosen === w;
      var line = make("line", { x1: sx(a.x), y1: sy(a.y), x2: sx(b.x), y2: sy(b.y), "stroke-width": Math.min(2.4, 0.5 + w.width / 6), tabindex: 0, role: "button", "aria-label": words.way + " " + w.code, "class": "kind-" + w.kind + (w.is_closed ? " shut" : "") + (on ? " on" : "") }, canvas);
      line.addEventListener("click", function () { choose(w); });
      line.addEventListener("keydown", function (e) { if (e.key === "Enter") { choose(w); } });
    });
    d.places.forEach(function (p) {
      var dot = make("circle", { cx: sx(p.x), cy: sy(p.y), r: d.exits.indexOf(p.code) < 0 ? 1.1 : 1.8, tabindex: 0, role: "button", "aria-label": words.place + " " + p.code, "class": (chosen === p ? "on" : "") + (d.exits.indexOf(p.code) < 0 ? "" : " exit") }, canvas);
      dot.addEventListener("pointerdown", function (e) { held = p; canvas.setPointerCapture(e.pointerId); choose(p); e.preventDefault(); });
      dot.addEventListener("focus", function () { if (chosen !== p) { chosen = p; show(); } });
      dot.addEventListener("keydown", function (e) {
        var step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
        if (step) { p.x += step[0]; p.y += step[1]; draw(); canvas.querySelector('[aria-label="' + words.place + " " + p.code + '"]').focus(); e.preventDefault(); }
      });
    });
  }
  canvas.addEventListener("pointermove", function (e) {
    if (!held) { return; }
    var r = canvas.getBoundingClientRect();
    held.x = Math.round(10 * (mx + span * ((e.clientX - r.left) / r.width - 0.5))) / 10;
    held.y = Math.round(10 * (my - span * ((e.clientY - r.top) / r.height - 0.5))) / 10;
    draw();
  });
  ["pointerup", "pointercancel"].forEach(function (name) { canvas.addEventListener(name, function () { held = null; }); });
  function field(label, value, type, change) {
    var row = html("p", {}, box), id = "f" + Math.random().toString(36).slice(2);
    html("label", { htmlFor: id }, row, label);
    var input = html("input", type === "checkbox" ? { id: id, type: type, checked: value } : { id: id, type: type, value: value, step: "any" }, row);
    input.addEventListener("change", function () { change(type === "checkbox" ? input.checked : type === "number" ? parseFloat(input.value) || 0 : input.value); draw(); });
  }
  function choose(thing) { chosen = thing; draw(); show(); }
  function show() {
    box.textContent = "";
    if (!chosen) { html("p", { className: "quiet" }, box, words.none); return; }
    var isWay = "start" in chosen;
    html("h2", {}, box, (isWay ? words.way + " " + chosen.code + ": " + chosen.start + " → " + chosen.end : words.place + " " + chosen.code));
    if (isWay) {
      field(words.width, chosen.width, "number", function (v) { chosen.width = v; });
      field(words.length, chosen.length, "number", function (v) { chosen.length = v; });
      var row = html("p", {}, box); html("label", { htmlFor: "way-kind" }, row, words.kind);
      var select = html("select", { id: "way-kind" }, row);
      words.kinds.split(",").forEach(function (k) { html("option", { value: k, selected: k === chosen.kind }, select, k); });
      select.addEventListener("change", function () { chosen.kind = select.value; draw(); show(); });
      if (chosen.kind !== "level" && chosen.kind !== "stairs") { field(words.flow, chosen.flow, "number", function (v) { chosen.flow = v; }); }
      field(words.closed, chosen.is_closed, "checkbox", function (v) { chosen.is_closed = v; });
    } else {
      var p = chosen;
      field(words.exit, d.exits.indexOf(p.code) >= 0, "checkbox", function (v) { d.exits = d.exits.filter(function (c) { return c !== p.code; }); if (v) { d.exits.push(p.code); } });
    }
    html("button", { type: "button" }, box, words.remove).addEventListener("click", function () {
      if (isWay) { d.passages = d.passages.filter(function (w) { return w !== chosen; }); }
      else {
        var code = chosen.code;
        d.places = d.places.filter(function (p) { return p !== chosen; });
        d.passages = d.passages.filter(function (w) { return w.start !== code && w.end !== code; });
        d.exits = d.exits.filter(function (c) { return c !== code; });
        d.stands = d.stands.filter(function (s) { return s.place !== code; });
        d.entries = d.entries.filter(function (s) { return s.place !== code; });
      }
      chosen = null; draw(); show(); lists();
    });
  }
  function lists() {
    ["from", "to"].forEach(function (id) {
      var select = document.getElementById(id); select.textContent = "";
      d.places.forEach(function (p) { html("option", { value: p.code }, select, p.code); });
    });
    table("entries", d.entries, ["share", "lanes", "gates"]); table("stands", d.stands, ["seats"]);
  }
  function table(id, rows, keys) {
    var body = document.querySelector("#" + id + " tbody"); body.textContent = "";
    rows.forEach(function (row) {
      var tr = html("tr", {}, body); html("th", { scope: "row" }, tr, row.code); html("td", {}, tr, row.place);
      keys.forEach(function (key) {
        var input = html("input", { type: "number", step: "any", min: 0, value: row[key] }, html("td", {}, tr));
        input.setAttribute("aria-label", row.code + " " + key);
        input.addEventListener("change", function () { row[key] = key === "share" ? parseFloat(input.value) || 0 : parseInt(input.value, 10) || 0; });
      });
    });
  }
  function fresh(letter, rows) { var n = 1; while (rows.some(function (r) { return r.code === letter + n; })) { n += 1; } return letter + n; }
  document.getElementById("add").addEventListener("submit", function (e) {
    e.preventDefault();
    var a = document.getElementById("from").value, b = document.getElementById("to").value;
    if (a === b) { return; }
    var way = { code: fresh("N", d.passages), start: a, end: b, width: 3, length: 0, kind: "level", flow: 0, every: 0, is_closed: false };
    d.passages.push(way); choose(way);
  });
  document.getElementById("add-place").addEventListener("click", function () {
    var p = { code: fresh("Q", d.places), x: mx, y: my }; d.places.push(p); lists(); choose(p);
  });
  var save = document.getElementById("save");
  if (save) { save.addEventListener("submit", function () { save.elements.drawing.value = JSON.stringify(d); }); }
  draw(); show(); lists();
})();
