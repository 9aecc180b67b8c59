// Pages that were seen open without a network, as they were; with one they always come from it.
"use strict";
const SHELF = "fan-2";
const MOST = 80;
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
  await clients.claim();
})()));
async function keep(shelf, request, answer) { // beside the answer: a full disk takes no page away
  try {
    await shelf.put(request, answer);
    const kept = await shelf.keys();
    for (const old of kept.slice(0, Math.max(0, kept.length - MOST))) await shelf.delete(old);
  } catch { /* not kept */ }
}
const IS_CLIP = /\.(ts|m3u8|m4s|mp4|vtt)$/;
async function fresh(request) {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await fetch(request);
    if (answer.status === 200) keep(shelf, request, answer.clone());
    return answer;
  } catch (error) {
    const known = await shelf.match(request);
    if (known) return known;
    throw error;
  }
}
addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const isOurs = event.request.method === "GET" && address.origin === location.origin && !event.request.headers.has("range");
  if (isOurs && !address.pathname.endsWith("/live") && !IS_CLIP.test(address.pathname)) {
    event.respondWith(fresh(event.request));
  }
});
// What is told by push: finished words; a later one of the same thing takes its place.
addEventListener("push", (event) => {
  const { title, body, tag, url, lang, dir } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag, lang, dir, renotify: true, data: { url } }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data.url, location.origin).href;
  event.waitUntil((async () => {
    const open = (await clients.matchAll({ type: "window" })).find((one) => one.url === wanted);
    return open ? open.focus() : clients.openWindow(wanted);
  })());
});
