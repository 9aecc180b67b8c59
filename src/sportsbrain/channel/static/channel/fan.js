// What an open page does by itself: live updates, own time, hidden scores, a list of one's own. It works without.
"use strict";
const root = document.documentElement;
const keep = {
  get(name, other) { try { return JSON.parse(localStorage.getItem("fan." + name)) ?? other; } catch { return other; } },
  set(name, value) { try { localStorage.setItem("fan." + name, JSON.stringify(value)); } catch { /* private mode: forgotten */ } },
};

// On another site: the content alone, whose links open there whole.
if (new URLSearchParams(location.search).has("embed")) {
  root.classList.add("embed");
  for (const link of document.links) link.target = "_top";
}
const share = document.getElementById("share");
if (share) {
  share.hidden = false;
  const title = document.title.replace(/["<>&]/g, " ");
  share.querySelector("textarea").value = `<iframe src="${location.origin}${location.pathname}?embed" title="${title}" loading="lazy" style="width:100%;height:480px;border:0"></iframe>`;
}

// Scores are hidden until asked for: also of what comes in live.
const scores = document.getElementById("scores");
function hide(on) {
  root.classList.toggle("quietly", on);
  scores.setAttribute("aria-pressed", on);
  scores.dataset.off ??= scores.textContent;
  scores.textContent = on ? scores.dataset.on : scores.dataset.off;
  keep.set("quietly", on);
}
hide(keep.get("quietly", false));
scores.addEventListener("click", () => { hide(!root.classList.contains("quietly")); askAgain(); });

// The day that is shown stands in the middle of its strip; not by scrollIntoView, which moves where Tab begins.
const shown = document.querySelector(".days [aria-current]");
if (shown) {
  const strip = shown.closest(".days").getBoundingClientRect();
  const own = shown.getBoundingClientRect();
  shown.closest(".days").scrollLeft += own.x + own.width / 2 - strip.x - strip.width / 2;
}
const finals = document.getElementById("finals");
if (finals) {
  finals.checked = keep.get("finals", false);
  const show = () => { root.classList.toggle("finals", finals.checked); keep.set("finals", finals.checked); };
  finals.addEventListener("change", show);
  show();
}

// One's own time beside that of the Games, where they differ.
function times(under) {
  const clock = new Intl.DateTimeFormat(root.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(root.lang, { weekday: "short" });
  const date = new Intl.DateTimeFormat("sv");
  for (const time of under.querySelectorAll(".when time")) {
    const moment = new Date(time.dateTime);
    const isOtherDay = date.format(moment) !== time.dateTime.slice(0, 10);
    const own = clock.format(moment);
    if (own === time.textContent.trim() && !isOtherDay) continue;
    const small = document.createElement("small");
    small.textContent = `(${isOtherDay ? day.format(moment) + " " : ""}${own})`;
    time.after(small);
    document.getElementById("own").hidden = false;
  }
}
times(document);

// A day is the viewer's own: units of the days beside it come in, those that are on another day for them go.
const byDate = new Intl.DateTimeFormat("sv");
const ownDate = (row) => byDate.format(new Date(row.querySelector(".when time").dateTime));
// Before the first day and after the last one there is no page: who is there stands on those.
const isOn = (own, { day, first, last }) => own === day || (day === first && own < day) || (day === last && own > day);
async function ownDay() {
  const place = document.querySelector("[data-day]");
  const note = document.getElementById("own-day");
  if (!place) return;
  const list = place.querySelector(".units");
  if (document.getElementById("own").hidden && list.querySelector(".when time")) return; // the same clock
  const beside = place.dataset.beside.split(" ").filter(Boolean);
  root.dataset.topics = [place.dataset.day, ...beside].map((day) => `day-${day}`).join(" ");
  const button = note.querySelector("button");
  note.hidden = false;
  button.dataset.off ??= button.textContent;
  const isGames = keep.get("gamesday", false);
  button.setAttribute("aria-pressed", isGames);
  button.textContent = isGames ? button.dataset.on : button.dataset.off;
  if (isGames) return;
  const others = await Promise.all(beside.map(async (day) => {
    const answer = await fetch(location.href.replace(place.dataset.day, day));
    const found = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    return [...found.querySelectorAll("[data-day] .unit")];
  }));
  const rows = [...list.children, ...others.flat()]
    .filter((row) => row.querySelector(".when time") && isOn(ownDate(row), place.dataset))
    .sort((a, b) => new Date(a.querySelector("time").dateTime) - new Date(b.querySelector("time").dateTime));
  list.replaceChildren(...rows);
  for (const small of list.querySelectorAll(".when small")) small.remove();
  times(list);
}
document.querySelector("#own-day button")?.addEventListener("click", () => {
  keep.set("gamesday", !keep.get("gamesday", false));
  location.reload();
});
const prepared = ownDay();

// Following: on this device alone. Buttons come anew with a page that is read again.
function showFollowed() {
  const mine = keep.get("mine", []);
  for (const button of document.querySelectorAll("[data-follow]")) {
    const on = mine.some((row) => row[0] === button.dataset.follow);
    button.dataset.off ??= button.textContent;
    button.setAttribute("aria-pressed", on);
    button.textContent = on ? button.dataset.on : button.dataset.off;
  }
}
showFollowed();
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-follow]");
  if (!button) return;
  const mine = keep.get("mine", []);
  const at = mine.findIndex((row) => row[0] === button.dataset.follow);
  if (at < 0) mine.push([button.dataset.follow, button.dataset.word]); else mine.splice(at, 1);
  keep.set("mine", mine);
  showFollowed();
  askAgain();
});
const place = `${root.dataset.base}/${root.dataset.games}/${root.lang}/`;
function linkTo(key, word) {
  const [kind, ...code] = key.split("-");
  const link = document.createElement("a");
  link.href = `${place}${kind}/${encodeURIComponent(code.join("-"))}/`;
  link.textContent = word;
  return link;
}
const followed = document.getElementById("followed");
if (followed) {
  const mine = keep.get("mine", []);
  document.getElementById("nothing").hidden = mine.length > 0;
  for (const [key, word] of mine) {
    const item = document.createElement("li");
    item.append(linkTo(key, word));
    followed.append(item);
  }
}

// A calendar of one's own list; and notices of it, when this page is closed.
const ownCalendar = document.getElementById("own-calendar");
if (ownCalendar) {
  const codes = keep.get("mine", []).map((row) => encodeURIComponent(row[0])).join(",");
  ownCalendar.hidden = !codes;
  for (const link of ownCalendar.querySelectorAll("a")) {
    link.href = `${link.dataset.base}?f=${codes}${"finals" in link.dataset ? "&m=1" : ""}`;
  }
}
// The agenda of one's own list: what its calendar holds from now on, by one's own clock.
async function showAgenda() {
  const section = document.getElementById("agenda");
  const calendar = ownCalendar.querySelector("a");
  if (ownCalendar.hidden) return;
  const answer = await fetch(calendar.href).catch(() => null);
  if (!answer?.ok) return;
  const text = (await answer.text()).replace(/\r\n[ \t]/g, "");
  const of = (event, name) => event.match(new RegExp(`^${name}[^:\r\n]*:(.*)$`, "m"))?.[1].trim() ?? "";
  const moment = (stamp) => new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const plain = (words) => words.replace(/\\n/g, " ").replace(/\\(.)/g, "$1");
  const now = Date.now();
  const ahead = text.split("BEGIN:VEVENT").slice(1)
    .map((event) => ({ at: moment(of(event, "DTSTART")), ends: moment(of(event, "DTEND")), off: of(event, "STATUS") === "CANCELLED",
      unit: of(event, "UID").split("@")[0], isFinal: of(event, "SUMMARY").startsWith("\u{1F3C5}"), words: plain(of(event, "SUMMARY")).replace(/^\u{1F3C5} /u, ""),
      where: plain(of(event, "LOCATION")).split(", ").pop() }))
    .filter((one) => one.ends.getTime() > now).sort((a, b) => a.at - b.at).slice(0, 30);
  const day = new Intl.DateTimeFormat(root.lang, { weekday: "short", day: "numeric", month: "short" });
  const clock = new Intl.DateTimeFormat(root.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  section.querySelector("ul").replaceChildren(...ahead.map((one) => {
    const item = document.createElement("li");
    item.className = "unit";
    const when = document.createElement("span");
    when.className = "when";
    const small = document.createElement("small");
    small.textContent = day.format(one.at);
    when.append(clock.format(one.at), small);
    const what = document.createElement(one.off ? "s" : "span");
    what.className = "what";
    const link = linkTo(`unit-${one.unit}`, one.words);
    const where = document.createElement("span");
    where.className = "quiet";
    where.textContent = one.where;
    what.append(link, " ", where);
    if (one.isFinal) {
      const tag = document.createElement("span");
      tag.className = "tag final";
      tag.textContent = words.medals;
      what.append(" ", tag);
    }
    item.append(when, what);
    return item;
  }));
  section.hidden = !ahead.length;
}
if (ownCalendar) showAgenda();
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
async function ask(subscription, to, wish) { // with an empty wish: no more
  const body = { ...subscription.toJSON(), language: root.lang, zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    hides_scores: root.classList.contains("quietly"), kinds: wish?.kinds ?? [], quiet: wish?.quiet ?? [],
    follows: [...keep.get("mine", []).map((row) => row[0]), ...(wish?.all ? ["all"] : [])] };
  const answer = await fetch(to, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status}`);
}
async function askAgain() { // what is followed, or whether scores are hidden, changed
  const wish = keep.get("push", null);
  const there = wish && await (await navigator.serviceWorker?.ready)?.pushManager?.getSubscription();
  if (there) await ask(there, wish.to, wish).catch(() => { /* the next change tells it */ });
}
const push = document.getElementById("push");
async function offerPush() {
  const { key } = await fetch(push.dataset.key).then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({}));
  if (!key) return;
  if (!("PushManager" in window && "serviceWorker" in navigator)) {
    document.getElementById("nopush").hidden = !/iPhone|iPad/.test(navigator.userAgent);
    return;
  }
  const form = push.querySelector("form");
  const said = document.getElementById("push-said");
  const hush = document.getElementById("hush");
  const known = keep.get("push", null);
  if (known) {
    for (const box of form.elements.kinds) box.checked = known.kinds.includes(box.value);
    form.elements.all.checked = known.all;
    [form.elements["quiet-from"].value, form.elements["quiet-until"].value] = known.quiet.length ? known.quiet : ["", ""];
  }
  hush.hidden = !known;
  push.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const ends = [form.elements["quiet-from"].value, form.elements["quiet-until"].value];
    const wish = { to: push.dataset.to, all: form.elements.all.checked, quiet: ends.every(Boolean) ? ends : [],
      kinds: [...form.elements.kinds].filter((box) => box.checked).map((box) => box.value) };
    try {
      if (await Notification.requestPermission() !== "granted") { said.textContent = said.dataset.blocked; return; }
      const worker = await navigator.serviceWorker.ready;
      const own = await worker.pushManager.getSubscription()
        ?? await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
      await ask(own, wish.to, wish);
      keep.set("push", wish);
      hush.hidden = false;
      said.textContent = said.dataset.kept;
    } catch { said.textContent = said.dataset.failed; }
  });
  hush.addEventListener("click", async () => {
    try {
      const own = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
      if (own) { await ask(own, push.dataset.to, null); await own.unsubscribe(); }
      keep.set("push", null);
      hush.hidden = true;
      said.textContent = said.dataset.gone;
    } catch { said.textContent = said.dataset.failed; }
  });
}
if (push) offerPush();

// Search by name, in any script, with and without accents.
const asked = document.getElementById("asked");
if (asked) {
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  let index = null;
  const found = document.getElementById("found");
  asked.addEventListener("input", async () => {
    index ??= fetch(asked.dataset.index).then((answer) => answer.json())
      .then((rows) => rows.map((row) => [...row, plain(`${row[2]} ${row[1]} ${row[3]}`)]));
    const words = plain(asked.value).split(/\s+/).filter(Boolean);
    const rows = words.length ? (await index).filter((row) => words.every((word) => row[4].includes(word))) : [];
    found.replaceChildren(...rows.slice(0, 50).map(([kind, code, name, beside]) => {
      const item = document.createElement("li");
      item.append(linkTo(`${kind}-${code}`, name), beside ? ` ${beside}` : "");
      return item;
    }));
    if (words.length && !rows.length) {
      const item = document.createElement("li");
      item.textContent = asked.dataset.none;
      found.append(item);
    }
  });
}

// A video that this browser does not play says so, and how to see it.
for (const video of document.querySelectorAll("video")) {
  const source = video.querySelector("source");
  const tell = () => { document.getElementById("noplay").hidden = false; };
  if (!video.canPlayType(source.type)) tell();
  source.addEventListener("error", tell);
}

// Where pictures are behind, results that stood on the page already wait for them too.
for (const late of document.querySelectorAll("[data-late]")) {
  late.hidden = true;
  setTimeout(() => { late.hidden = false; }, 1000 * Number(late.dataset.late));
}

// Live: deltas by number; a page that is hidden closes, and goes on where it was.
let at = root.dataset.at;
let source = null;
let isPaused = false;
const said = document.getElementById("said");
const words = JSON.parse(said.dataset.words);
let lastSaid = 0;
function say(text) {
  if (Date.now() - lastSaid < 10000) return;
  lastSaid = Date.now();
  said.textContent = text;
}
function cell(row, name) { return row.querySelector(name); }
function fill(list, lines) {
  list.replaceChildren(...lines.slice(0, 3).map(([who, organisation, rank, value, won, irregularity]) => {
    const item = document.createElement("li");
    for (const [text, kind] of [[rank ?? (won || "–"), "score"], [organisation, "abbr"], [irregularity || value, "score"]]) {
      const part = document.createElement(kind === "abbr" ? "abbr" : "span");
      if (kind === "score") { part.className = "score"; part.dir = "ltr"; }
      part.textContent = text;
      item.append(part, " ");
    }
    return item;
  }));
}
function stand(delta) { // how firm it is once there is a result, else where it stands
  const isScored = delta.r.some((line) => line[2] !== null || line[3] || line[4]);
  return ((isScored || delta.rs === "HELD") && words.firm[delta.rs]) || words.state[delta.st] || "";
}
function unitChanged(delta) {
  for (const state of document.querySelectorAll(`[data-state-of="${CSS.escape(delta.u)}"]`)) {
    state.dataset.s = delta.st;
    state.textContent = stand(delta);
  }
  for (const row of document.querySelectorAll(`[data-u="${CSS.escape(delta.u)}"]`)) {
    if (Number(row.dataset.v) > delta.v) continue;
    row.dataset.v = delta.v;
    row.dataset.state = delta.st;
    const state = cell(row, ".state");
    state.dataset.s = delta.st;
    state.textContent = stand(delta) + (delta.late ? ` +${delta.late}′` : "");
    const scored = delta.r.filter((line) => line[2] !== null || line[3] || line[4]);
    fill(cell(row, ".top"), scored);
    row.classList.remove("new");
    void row.offsetWidth;
    row.classList.add("new");
    row.dataset.seen = Date.now();
  }
  for (const table of document.querySelectorAll(`[data-table="${CSS.escape(delta.u)}"]`)) {
    if (Number(table.dataset.v) > delta.v) continue;
    table.dataset.v = delta.v;
    table.querySelector("[data-firm]").textContent = words.firm[delta.rs] || words.state[delta.st] || "";
    const body = table.tBodies[0];
    for (const [who, , rank, value, won, irregularity, qualified] of delta.r) {
      const row = body.querySelector(`[data-c="${CSS.escape(who)}"]`);
      if (!row) { again(); return; }
      const [first, last] = row.querySelectorAll(".score");
      first.textContent = rank ?? won;
      last.textContent = `${irregularity || value}${qualified ? " " + qualified : ""}`;
      body.append(row);
    }
    if (delta.f) again();
  }
  if (delta.rs === "OFFICIAL") say(words.firm.OFFICIAL);
}
let waits = 0;
let tries = 0;
function storyChanged(news) { // what was withdrawn goes at once; the page that says why comes next
  for (const place of document.querySelectorAll(`[data-story="${CSS.escape(news.n)}"]`)) {
    place.dataset.wanted = news.v;
    if (news.st === "retracted") place.textContent = words.gone;
  }
  say(words.story);
  again();
}
function again() { // what a delta does not hold: the page itself, made anew within a second
  if (waits) return;
  waits = setTimeout(async () => {
    waits = 0;
    const answer = await fetch(location.href, { cache: "no-cache" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const article = document.querySelector("article[data-version]");
    if (article && Number(article.dataset.wanted) > Number(fresh.querySelector("article")?.dataset.version) && tries++ < 20) { again(); return; }
    tries = 0;
    if (document.querySelector("video") && fresh.querySelector("video")) { // what plays goes on
      for (const part of document.querySelectorAll("[data-swap]")) part.replaceWith(fresh.getElementById(part.id));
      article.dataset.version = fresh.querySelector("article").dataset.version;
      return;
    }
    const focused = document.activeElement;
    const mark = focused?.closest("main") && (focused.id ? `#${CSS.escape(focused.id)}`
      : focused.dataset.follow ? `[data-follow="${CSS.escape(focused.dataset.follow)}"]`
        : focused.hasAttribute("href") ? `[href="${CSS.escape(focused.getAttribute("href"))}"]` : "");
    document.getElementById("main").replaceChildren(...fresh.getElementById("main").childNodes);
    if (mark) document.querySelector(`main ${mark}, main${mark}`)?.focus({ preventScroll: true });
    showFollowed();
    if (root.classList.contains("embed")) for (const link of document.links) link.target = "_top";
    times(document.getElementById("main"));
    await ownDay();
  }, 1200 + Math.random() * 800); // not all pages at the same moment
}
function listen() {
  const topics = root.dataset.topics;
  if (!topics || source || isPaused || document.hidden) return;
  const query = new URLSearchParams({ g: root.dataset.games, t: topics.split(" ").join(","), from: at });
  source = new EventSource(`${root.dataset.base}/live?${query}`);
  const take = (event) => { at = event.lastEventId || at; return JSON.parse(event.data); };
  const delay = 1000 * Number(document.querySelector("video")?.dataset.delay ?? 0);
  const later = (act) => (delay ? setTimeout(act, delay) : act()); // pictures are behind: results wait for them
  source.addEventListener("u", (event) => { const delta = take(event); later(() => unitChanged(delta)); });
  source.addEventListener("m", (event) => { take(event); later(() => { say(words.medals); again(); }); });
  source.addEventListener("n", (event) => storyChanged(take(event)));
  source.addEventListener("s", (event) => { take(event); again(); });
  source.addEventListener("reset", (event) => { at = event.lastEventId; again(); });
  source.addEventListener("poll", () => { source.close(); source = null; setInterval(again, 15000); });
}
function rest() { source?.close(); source = null; }
const live = document.getElementById("live");
live.hidden = !root.dataset.topics;
live.addEventListener("click", () => {
  isPaused = !isPaused;
  live.dataset.off ??= live.textContent;
  live.setAttribute("aria-pressed", isPaused);
  live.textContent = isPaused ? live.dataset.on : live.dataset.off;
  if (isPaused) rest(); else listen();
});
document.addEventListener("visibilitychange", () => { if (document.hidden) rest(); else listen(); });
addEventListener("pageshow", () => prepared.finally(listen));
addEventListener("pagehide", rest);
prepared.finally(listen);

// The last pages that were seen open without a network too.
navigator.serviceWorker?.register(`${root.dataset.base}/${root.dataset.games}/worker.js`).catch(() => { /* not over plain http */ });
