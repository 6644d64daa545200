/* Leaves on their way to the server: kept in the browser until it has them; telling the same one again does no harm.
   A kept leave is {epoch, number, seconds, wall}: `wall` is the clock when it ended. */
import {nameOf, read, write, forget} from "./store.js";

const AT_ONCE = 100;

export function keptLeaves(element) {
  return read(nameOf("leaves", element)) || [];
}

export function keepLeaves(element, list) {
  if (list.length) write(nameOf("leaves", element), list);
  else forget(nameOf("leaves", element));
}

/* Tell what is kept, and the answers that wait beside it, since a leave too many closes the paper. What the server
   has is kept no longer. Null when the line is down; else its reply, with `status`. */
export function tellLeaves(element) {
  const told = keptLeaves(element).slice(0, AT_ONCE);
  const leaves = told.map(function (leave) {
    return {
      epoch: leave.epoch, number: leave.number, seconds: leave.seconds,
      age: Math.max(0, Date.now() - leave.wall),
    };
  });
  const body = JSON.stringify({leaves: leaves, answers: read(nameOf("queue", element)) || []});
  return fetch(element.dataset.url || element.dataset.leaves, {
    method: "PUT", body: body, credentials: "same-origin", redirect: "manual",
    headers: {"X-CSRF-Token": element.dataset.csrf, "Accept": "application/json", "Content-Type": "application/json"},
  }).then(function (reply) {
    return reply.text().then(function (text) {
      let said = {};
      try { said = JSON.parse(text) || {}; } catch (error) { /* not JSON: the status tells enough */ }
      said.status = reply.status;
      if (said.csrf_token) element.dataset.csrf = said.csrf_token;
      if (reply.ok || reply.status === 404 || reply.status === 422) {
        keepLeaves(element, keptLeaves(element).filter(function (leave) {
          return !told.some(function (one) { return one.epoch === leave.epoch && one.number === leave.number; });
        }));
      }
      return said;
    });
  }).catch(function () { return null; });
}
