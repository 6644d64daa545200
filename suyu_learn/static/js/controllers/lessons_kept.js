/* Keeps the lessons of a course that was begun, with their pictures, for reading without a line; what has changed is
   fetched again, the lesson at hand and those behind it first, some on each page. Films are left out. */
import {fetchAhead, keepsPages} from "../core/ahead.js";
import {shelfName} from "../core/shelf.js";

const EACH_PAGE = 12;
const TAG = "X-Suyu-Kept";
const TITLE = "X-Suyu-Title";
const PAUSE = 1500;

export function connect(contents) {
  const form = document.querySelector("form[data-lesson]");
  if (!form) return;
  if (!keepsPages()) {
    setTimeout(function () { fetchAhead(form.dataset.next); }, PAUSE);
    return;
  }
  const known = navigator.serviceWorker.register(contents.dataset.worker, {scope: contents.dataset.root});
  known.then(function (registration) {
    if (!registration) throw new Error("no worker");
    setTimeout(function () { begin(contents, form); }, PAUSE);
  }).catch(function () { fetchAhead(form.dataset.next); });
}

function begin(contents, form) {
  const rows = Array.prototype.slice.call(contents.querySelectorAll("[data-keep]"));
  const here = rows.map(function (row) { return row.dataset.lessonUrl; }).indexOf(form.getAttribute("action"));
  const ordered = rows.slice(Math.max(0, here)).concat(rows.slice(0, Math.max(0, here)).reverse());
  window.caches.open(shelfName(contents.dataset.root, form.dataset.person)).then(function (shelf) {
    return keepPage(shelf, contents.dataset.spare, contents.dataset.edition, "").then(function () {
      return inTurn(shelf, ordered, contents.dataset.edition, EACH_PAGE);
    }).then(function () { return tidy(shelf); });
  }).catch(function () { /* the line is down, or the browser is full: what is kept is kept */ });
}

function inTurn(shelf, rows, edition, left) {
  if (!rows.length || !left) return Promise.resolve();
  const row = rows[0];
  return keepPage(shelf, row.dataset.lessonUrl, edition + "." + row.dataset.keep, row.lastElementChild.textContent)
    .then(function (fetched) { return inTurn(shelf, rows.slice(1), edition, left - fetched); });
}

/* Resolves to 1 if the page had to be fetched. */
function keepPage(shelf, url, tag, title) {
  return shelf.match(url).then(function (known) {
    if (known && known.headers.get(TAG) === tag) return 0;
    return fetch(title ? url + "/kept" : url, {credentials: "same-origin"}).then(function (reply) {
      if (!reply.ok || reply.redirected) return 1;
      return reply.text().then(function (text) {
        const headers = {"Content-Type": "text/html; charset=utf-8"};
        const policy = reply.headers.get("Content-Security-Policy");
        if (policy) headers["Content-Security-Policy"] = policy;
        headers[TAG] = tag;
        headers[TITLE] = encodeURIComponent(title);
        return keepParts(shelf, text).then(function () {
          return shelf.put(url, new Response(text, {headers: headers}));
        }).then(function () { return 1; });
      });
    });
  });
}

/* The styles, scripts and pictures of a page, as far as they are ours. */
function keepParts(shelf, text) {
  const found = new DOMParser().parseFromString(text, "text/html");
  const wanted = [];
  found.querySelectorAll("link[href], script[src], img[src]").forEach(function (part) {
    const url = new URL(part.getAttribute("href") || part.getAttribute("src"), window.location.href);
    if (url.origin === window.location.origin && wanted.indexOf(url.pathname) < 0) wanted.push(url.pathname);
  });
  return Promise.all(wanted.map(function (path) {
    return shelf.match(path).then(function (known) {
      return known || shelf.add(path).catch(function () { /* one picture less */ });
    });
  }));
}

/* Styles and scripts of an earlier release go. */
function tidy(shelf) {
  const now = document.querySelector("script[src*='/static/']");
  const tree = now ? /^.*\/static\/[0-9a-f]+\//.exec(new URL(now.src).pathname) : null;
  if (!tree) return null;
  return shelf.keys().then(function (kept) {
    return Promise.all(kept.map(function (request) {
      const path = new URL(request.url).pathname;
      return path.indexOf("/static/") >= 0 && path.indexOf(tree[0]) !== 0 ? shelf.delete(request) : null;
    }));
  });
}
