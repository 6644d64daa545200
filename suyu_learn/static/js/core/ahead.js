/* Going on to the next lesson without a line: the page that the browser has kept, or, where it keeps none, a copy that
   was fetched ahead takes the place of this one. The server is not asked: it may be back, and not know yet what was read. */
import {shelfName} from "./shelf.js";
import {tell} from "./talk.js";

const MOST = 3;
const copies = {};

/* Whether pages can be kept beyond this one. */
export function keepsPages() {
  return Boolean(window.isSecureContext && window.caches && navigator.serviceWorker);
}

/* Fetch the next lessons into memory, one after the other. */
export function fetchAhead(url) {
  if (!url || copies[url] || Object.keys(copies).length >= MOST || !window.DOMParser) return;
  fetch(url + "/kept", {credentials: "same-origin"}).then(function (reply) {
    if (!reply.ok || reply.redirected) return null;
    return reply.text().then(function (text) {
      copies[url] = text;
      const found = new DOMParser().parseFromString(text, "text/html");
      found.querySelectorAll("main img[src]").forEach(function (image) { new Image().src = image.getAttribute("src"); });
      const form = found.querySelector("form[data-lesson]");
      if (form) fetchAhead(form.dataset.next);
    });
  }).catch(function () { /* no line: what is there is there */ });
}

export function goOn(url, said) {
  if (!url) return Promise.resolve();
  if (copies[url]) return Promise.resolve(takeOver(url, copies[url]));
  if (!keepsPages()) return Promise.resolve(tell("stay"));
  return window.caches.open(shelfName(said.root, said.person)).then(function (shelf) {
    return shelf.match(url);
  }).then(function (found) {
    return found ? found.text().then(function (text) { takeOver(url, text); }) : tell("stay");
  });
}

function takeOver(url, text) {
  const found = new DOMParser().parseFromString(text, "text/html");
  const main = document.getElementById("content");
  main.innerHTML = found.getElementById("content").innerHTML;
  document.title = found.title;
  window.history.replaceState(null, "", url);
  window.scrollTo(0, 0);
  main.focus();
  tell("taken-over", {main: main});
}
