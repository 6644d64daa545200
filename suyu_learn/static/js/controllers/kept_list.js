/* Lists the lessons that the browser has kept, on the page that stands in for one it has not. */
import {shelfName} from "../core/shelf.js";

const TITLE = "X-Suyu-Title";

export function connect(list) {
  if (!window.caches) return;
  window.caches.open(shelfName(list.dataset.root, list.dataset.person)).then(function (shelf) {
    return shelf.keys().then(function (kept) {
      return Promise.all(kept.map(function (request) {
        return shelf.match(request).then(function (page) {
          const title = page.headers.get(TITLE);
          return title ? {title: decodeURIComponent(title), url: request.url} : null;
        });
      }));
    });
  }).then(function (found) {
    found.filter(Boolean).forEach(function (one) {
      const row = document.createElement("li");
      const way = document.createElement("a");
      way.href = one.url;
      way.textContent = one.title;
      row.appendChild(way);
      list.appendChild(row);
    });
    const none = document.getElementById("none-kept");
    if (none) none.hidden = list.children.length > 0;
  }).catch(function () { /* nothing is kept */ });
}
