// Keeps a page on the device: without the network it opens as it was. `live` is never kept.
{% autoescape off %}var KEPT = "{{ kept }}", FILES = [{% for f in files %}"{{ f }}"{% if not forloop.last %}, {% endif %}{% endfor %}];{% endautoescape %}
self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(KEPT).then(function (box) { return box.addAll(FILES); }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET" || request.url.indexOf("{{ live|escapejs }}") > -1) { return; }
  event.respondWith(fetch(request).then(function (answer) {
    if (answer.ok && !answer.redirected) { var copy = answer.clone(); caches.open(KEPT).then(function (box) { box.put(request, copy); }); }
    return answer;
  }).catch(function () { return caches.match(request).then(function (found) { return found || Response.error(); }); }));
});
