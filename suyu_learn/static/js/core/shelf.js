import {read} from "./store.js";

/* Where kept lessons lie: a cache for one person and one place of the product on this site. */
export function shelfName(root, person) {
  return "suyu-lessons:" + root + ":" + person;
}

/* Throw away what was kept for everybody but this person, who is "" where nobody is signed in. */
export function emptyForOthers(root, person) {
  if (!window.caches) return Promise.resolve();
  const own = person ? shelfName(root, person) : "";
  return window.caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name.indexOf(shelfName(root, "")) === 0 && name !== own;
    }).map(function (name) { return window.caches.delete(name); }));
  }).catch(function () { /* the browser keeps nothing */ });
}

/* Whether the person has learnt in this browser; said without asking the database of steps, which takes its time. */
export function hasLearnt(person) {
  return Boolean(read(learntName(person)));
}

export function learntName(person) {
  return "suyu:learnt:" + person;
}
