// A till: scan, pay, next. Without the network it sells from what it knows and tells later; each
// sale has a key of its own, so that telling it twice books it once.
(function () {
  "use strict";
  var till = document.querySelector("[data-till]");
  if (!till) { return; }
  var words = till.dataset, box = "till:" + words.till, code = document.getElementById("code"), given = document.getElementById("given");
  var said = document.getElementById("said"), goods = load(box + ":goods", []), keys = load(box + ":keys", []);
  var lines = load(box + ":lines", []), bySku = new Map(), byGtin = new Map(), isOff = false, isOut = false;
  var digits = new Intl.NumberFormat("en", { style: "currency", currency: words.currency }).resolvedOptions().maximumFractionDigits;
  till.hidden = false;

  function load(name, otherwise) { try { return JSON.parse(localStorage.getItem(name)) || otherwise; } catch (error) { return otherwise; } }
  function keep(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch (error) { return false; } }
  function waiting() {  // each sale lies in a place of its own: two tabs of a till lose none
    return Object.keys(localStorage).filter(function (name) { return name.indexOf(box + ":sale:") === 0; }).sort().map(function (name) { return load(name, null); }).filter(Boolean);
  }
  function uid() { return Array.from(crypto.getRandomValues(new Uint8Array(12)), function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  function money(minor) { return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: words.currency }).format(minor / Math.pow(10, digits)); }
  function minor(text) { return Math.round(parseFloat(text.indexOf(".") < 0 ? text.replace(",", ".") : text.replace(/,/g, "")) * Math.pow(10, digits)); }
  function say(kind, text) { said.className = kind; said.textContent = text; }
  function token() { return till.querySelector("[name=csrfmiddlewaretoken]").value; }
  function post(address, body) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, 6000);
    return fetch(address, { method: "POST", credentials: "same-origin", signal: stop.signal, headers: { "Content-Type": "application/json", "X-CSRFToken": token() }, body: JSON.stringify(body) }).then(function (answer) {
      clearTimeout(timer);
      isOut = answer.redirected || answer.status === 403 || answer.status === 404;
      if (answer.redirected || !answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    });
  }

  function learn() {
    bySku.clear(); byGtin.clear();
    var list = document.getElementById("goods"); list.replaceChildren();
    goods.forEach(function (good) {
      bySku.set(good[0], good); if (good[2]) { byGtin.set(good[2], good); }
      var option = document.createElement("option"); option.value = good[0]; option.label = good[1]; list.appendChild(option);
    });
  }
  // What the till asks for is what the shop's own rounding says: tax of a line, halves up.
  function price(line) { var good = bySku.get(line.sku), net = good[3] * line.n; return net + Math.floor((2 * net * good[4] + 1e6) / 2e6); }
  var quoted = { cart: "", total: 0 };
  function cart() { return JSON.stringify(lines.map(function (line) { return [line.sku, line.n]; })); }
  function total() { return quoted.cart === cart() ? quoted.total : lines.reduce(function (sum, line) { return sum + price(line); }, 0); }
  function ask() {  // with the network the shop says what is taken off
    var mine = cart();
    if (!lines.length || quoted.cart === mine) { return; }
    post(words.quote, { lines: JSON.parse(mine) }).then(function (found) {
      if (cart() === mine) { quoted = { cart: mine, total: found.total }; document.getElementById("total").textContent = money(total()); }
    }).catch(function () { /* without it the customer pays the prices that are known here */ });
  }
  function button(mark, label, act) { var b = document.createElement("button"); b.type = "button"; b.textContent = mark; b.setAttribute("aria-label", label); b.addEventListener("click", act); return b; }
  function change(at, n) { lines[at].n += n; if (n < 0) { lines[at].labels.length = Math.min(lines[at].labels.length, lines[at].n); } if (lines[at].n < 1) { lines.splice(at, 1); } draw(); code.focus(); }
  function draw() {
    var body = document.getElementById("lines"); body.replaceChildren();
    lines = lines.filter(function (line) { return bySku.has(line.sku); });
    lines.forEach(function (line, at) {
      var row = document.createElement("tr"), head = document.createElement("th"), n = document.createElement("td"), sum = document.createElement("td"), good = bySku.get(line.sku);
      head.scope = "row"; head.textContent = good[1];
      n.className = "n"; n.append(button("−", words.fewer + ": " + good[1], function () { change(at, -1); }), " " + line.n + " ", button("+", words.more + ": " + good[1], function () { change(at, 1); }));
      sum.className = "n"; sum.textContent = money(price(line));
      row.append(head, n, sum); body.appendChild(row);
    });
    if (!lines.length) { var r = body.insertRow(), c = r.insertCell(); c.className = "quiet"; c.textContent = words.empty; }
    document.getElementById("total").textContent = money(total());
    keep(box + ":lines", lines); ask();
  }
  function add(good, label) {
    var line = lines.find(function (one) { return one.sku === good[0]; });
    if (line ? line.n >= 999 : lines.length >= 50) { say("bad", "✕ " + words.full); return; }
    if (!line) { line = { sku: good[0], n: 0, labels: [] }; lines.push(line); }
    if (label && line.labels.some(function (one) { return one[1] === label[1]; })) { return; }
    line.n += 1;
    if (label) { line.labels.push(label); }
    say("quiet", good[1] + (isOff ? " · " + good[5] + " " + words.left : "")); draw();
  }
  document.getElementById("scan").addEventListener("submit", function (event) {
    var text = code.value.trim(), found = shopLabels.LINK.exec(text);
    event.preventDefault(); code.value = ""; code.focus();
    if (!text) { return; }
    var good = found ? byGtin.get(found[1]) : bySku.get(text) || byGtin.get(text.padStart(14, "0"));
    if (!good) { say("bad", "✕ " + words.unknown + " " + text.slice(0, 60)); return; }
    if (!found) { add(good, null); return; }
    shopLabels.genuine(found, words.issuer, keys).then(function (right) { if (right !== false || !keys.length) { add(good, [found[1], found[2]]); } else { say("bad", "✕ " + words.forged); } });
  });

  function wait() {
    var line = document.getElementById("network");
    var n = waiting().length;
    line.hidden = !isOff && !n; line.textContent = (isOut ? words2.out : isOff ? words2.off : words2.on) + " " + n;
  }
  var words2 = document.getElementById("network").dataset, busy = false;
  function tell() {
    var some = waiting().slice(0, 50);
    if (!some.length) { return Promise.resolve({}); }
    return post(words.sell, { sales: some }).then(function (found) {
      var answered = some.filter(function (sale) { return sale.key in found.answers; });
      isOff = false;
      answered.forEach(function (sale) { localStorage.removeItem(box + ":sale:" + sale.key); });
      return answered.length && waiting().length ? tell().then(function (more) { return Object.assign(found.answers, more); }) : found.answers;
    });
  }
  function meet() {
    if (busy) { return Promise.resolve({}); }
    busy = true;
    return tell().catch(function () { isOff = true; return {}; }).then(function (answers) { busy = false; wait(); return answers; });
  }
  function refresh() {
    return meet().then(function () { return post(words.state, {}); }).then(function (found) {
      goods = found.goods; keys = found.keys; isOff = false;
      keep(box + ":goods", goods); keep(box + ":keys", keys); learn(); draw();
    }).catch(function () { isOff = true; }).then(wait);
  }
  function pay(way) {
    var cost = total(), cash = way === "till-cash" && given.value ? minor(given.value) : cost;
    if (!lines.length) { say("quiet", words.empty); code.focus(); return; }
    if (!(cash >= cost)) { say("bad", "✕ " + words.short); given.focus(); return; }
    var sale = { key: uid(), sold_at: new Date().toISOString(), way: way, taken: cost, lines: lines.map(function (line) { return [line.sku, line.n]; }), labels: lines.reduce(function (all, line) { return all.concat(line.labels); }, []) };
    if (!keep(box + ":sale:" + sale.key, sale)) { say("bad", "✕ " + words.unkept); return; }  // kept before anything is told
    lines.forEach(function (line) { bySku.get(line.sku)[5] = Math.max(0, bySku.get(line.sku)[5] - line.n); });
    keep(box + ":goods", goods);
    lines = []; given.value = ""; draw(); code.focus();
    var back = cash > cost ? " · " + words.change + " " + money(cash - cost) : "";
    say("good", "✓ " + money(cost) + back);
    meet().then(function (answers) {
      var answer = answers[sale.key];
      if (!answer) { say("warn", "● " + words.kept + ": " + money(cost) + back); }
      else if (answer.order) { say(answer.trouble ? "warn" : "good", (answer.trouble ? "● " : "✓ ") + words.sold + " · " + answer.order + " · " + money(answer.total) + back + (answer.trouble ? " · " + answer.trouble : "")); }
      else { say("warn", "● " + answer.trouble); }
    });
  }
  document.getElementById("pay").addEventListener("submit", function (event) { event.preventDefault(); pay((event.submitter && event.submitter.value) || "till-cash"); });
  document.getElementById("clear").addEventListener("click", function () { lines = []; say("", ""); draw(); code.focus(); });
  document.addEventListener("keydown", function (event) {
    var act = { F2: function () { pay("till-cash"); }, F4: function () { pay("till-card"); }, F8: function () { document.getElementById("clear").click(); } }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  window.addEventListener("online", refresh);
  setInterval(function () { if (isOff || waiting().length) { refresh(); } }, 5000);  // not every device says that it is online again
  setInterval(refresh, 60000);
  learn(); draw(); refresh();
  if (navigator.serviceWorker) { navigator.serviceWorker.register(words.worker, { scope: location.pathname }).catch(function () { /* the page works while it is open */ }); }
}());
