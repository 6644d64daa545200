/* Steps of learning on their way to the server: kept in the browser until it has them, each with the person it is of.

   They lie in IndexedDB, where pages side by side write without harm. Each is first written to the plain storage, at
   once, since a page may end any moment; there it stays where there is no IndexedDB. */
import {newKey} from "./keys.js";
import {learntName} from "./shelf.js";
import {forget, read, write} from "./store.js";

const NAME = "suyu-learning";
const SHELF = "steps";
const PATIENCE = 3000;
const LONGEST = 30 * 24 * 3600 * 1000;

const mine = {};
let opening = null;
let latest = 0;

function database() {
  if (!opening) {
    opening = new Promise(function (resolve) {
      setTimeout(function () { resolve(null); }, PATIENCE);
      try {
        const request = window.indexedDB.open(NAME, 1);
        request.onupgradeneeded = function () { request.result.createObjectStore(SHELF, {keyPath: "key"}); };
        request.onsuccess = function () { resolve(request.result); };
        request.onerror = request.onblocked = function () { resolve(null); };
      } catch (error) {
        resolve(null);
      }
    });
  }
  return opening;
}

/* Resolves to what `act` asked of the shelf, or to null where that cannot be done. */
function onShelf(mode, act) {
  return database().then(function (found) {
    if (!found) return null;
    return new Promise(function (resolve) {
      try {
        const task = found.transaction(SHELF, mode);
        const asked = act(task.objectStore(SHELF));
        task.oncomplete = function () { resolve(mode === "readonly" ? asked.result : true); };
        task.onerror = task.onabort = function () { resolve(null); };
      } catch (error) {
        resolve(null);
      }
    });
  });
}

function prefix(person) {
  return "suyu:step:" + person + ":";
}

function jotted(person) {
  const found = [];
  try {
    for (let at = 0; at < window.localStorage.length; at += 1) {
      const name = window.localStorage.key(at);
      if (name.indexOf(prefix(person)) === 0) found.push(read(name));
    }
  } catch (error) { /* no storage: what this page knows is all there is */ }
  return found;
}

/* Keep a step; it is safe from a reload when this returns, if the browser keeps anything at all. */
export function keep(step) {
  latest = Math.max(latest + 1, Date.now() * 1000);
  const whole = Object.assign({key: newKey(), wall: Date.now(), order: latest}, step);
  mine[whole.key] = whole;
  const name = prefix(whole.person) + whole.key;
  write(name, whole);
  write(learntName(whole.person), 1);
  return onShelf("readwrite", function (shelf) { return shelf.put(whole); }).then(function (done) {
    if (done) forget(name);
  });
}

/* All that waits of a person, in its order. */
export function waiting(person) {
  return onShelf("readonly", function (shelf) { return shelf.getAll(); }).then(function (found) {
    const known = {};
    (found || []).concat(jotted(person), Object.keys(mine).map(function (key) { return mine[key]; }))
      .forEach(function (step) { if (step && step.person === person) known[step.key] = step; });
    return Object.keys(known).map(function (key) { return known[key]; })
      .filter(function (step) { return Date.now() - step.wall < LONGEST; })
      .sort(function (one, other) { return one.order - other.order; });
  });
}

/* Let go of steps that the server has. */
export function drop(person, keys) {
  keys.forEach(function (key) {
    delete mine[key];
    forget(prefix(person) + key);
  });
  return onShelf("readwrite", function (shelf) {
    keys.forEach(function (key) { shelf.delete(key); });
  });
}
