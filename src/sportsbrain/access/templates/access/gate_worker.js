// Keeps the page of the gate on the device: without the network it opens as it was.
{% autoescape off %}var KEPT = "gate-{{ games.code }}", FILES = [{% for f in files %}"{{ f }}"{% if not forloop.last %}, {% endif %}{% endfor %}];{% endautoescape %}
self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(KEPT).then(function (box) { return box.addAll(FILES); }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET" || /state\.json/.test(request.url)) { return; }
  event.respondWith(fetch(request).then(function (answer) {
    if (answer.ok && !answer.redirected) { var copy = answer.clone(); caches.open(KEPT).then(function (box) { box.put(request, copy); }); }
    return answer;
  }).catch(function () { return caches.match(request).then(function (found) { return found || Response.error(); }); }));
});
