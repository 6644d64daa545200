/* Gives out the lessons that a page has kept when there is no line; with one, pages come from the server as ever.
   It reaches the pages of courses alone, and never keeps anything by itself. */
const PATIENCE = 10000;
const PREFIX = "suyu-lessons:";
const ROOT = new URL("courses", self.location.href).pathname;
const SPARE = ROOT + "-kept";

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

function kept(path) {
  return self.caches.keys().then(function (names) {
    const own = names.filter(function (name) { return name.indexOf(PREFIX + ROOT + ":") === 0; });
    return own.length === 1 ? self.caches.open(own[0]).then(function (shelf) { return shelf.match(path); }) : undefined;
  });
}

function orSpare(found) {
  return found || kept(SPARE);
}

function page(request, path) {
  const fresh = fetch(request);
  const tired = new Promise(function (resolve) { setTimeout(resolve, PATIENCE); });
  return Promise.race([fresh, tired]).then(function (reply) {
    if (reply && reply.status < 502) return reply;
    return kept(path).then(function (found) { return found || reply || fresh; });
  }).catch(function (failure) {
    return kept(path).then(orSpare).then(function (found) {
      if (found) return found;
      throw failure;
    });
  });
}

function file(request, path) {
  return kept(path).then(function (found) { return found || fetch(request); });
}

self.addEventListener("fetch", function (event) {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, url.pathname));
  else if (/\/(static\/[0-9a-f]+|media)\//.test(url.pathname)) event.respondWith(file(event.request, url.pathname));
});
