/* Sends the steps that wait, oldest first, one request after the other; what the server has is kept no longer. What was
   played goes before them, since some lessons are finished only once their films are watched. */
import {drop, waiting} from "./ledger.js";
import {tellReports} from "./reports.js";
import {request} from "./request.js";

const AT_ONCE = 200;

let line = Promise.resolve();

/* `place` has the person and the token in its data. Resolves to {state, steps, replies}: "sent" (with what was sent and
   what the server said), "offline", "retry", "signin" or "other", when somebody else is signed in. `button` says what
   was pressed in the lesson {url, from, action}. */
export function send(place, button) {
  line = line.then(function () { return tellReports(place); }).then(function () {
    return sendAll(place, button, {state: "sent", steps: [], replies: [], again: false});
  });
  return line;
}

function sendAll(place, button, told) {
  return waiting(place.dataset.person).then(function (all) {
    const sent = told.steps.map(function (step) { return step.key; });
    const left = all.filter(function (step) { return sent.indexOf(step.key) < 0; });
    const first = left.filter(function (step) { return (told.stuck || []).indexOf(step.url) < 0; })[0];
    const pressed = button && !told.pressed && (!first || first.url === button.url);
    if (!first && !pressed) return told;
    const url = first ? first.url : button.url;
    const part = first ? left.filter(function (step) {
      return step.url === url && step.version === first.version;
    }).slice(0, AT_ONCE) : [];
    const last = pressed && part.length < AT_ONCE;
    return request("PUT", url, place.dataset.csrf, bodyOf(place, part, first, last ? button : null), "application/json")
      .then(function (reply) { return after(reply, place, button, told, part, url, last); });
  });
}

function bodyOf(place, part, first, button) {
  const said = {person: place.dataset.person, version: first ? first.version : 0, steps: part.map(function (step) {
    const told = {key: step.key, kind: step.kind, lesson: step.lesson, age: Math.max(0, Date.now() - step.wall)};
    if (step.seconds) told.seconds = step.seconds;
    if (step.place) told.place = step.place;
    if (step.answer) told.answer = step.answer;
    if (step.page) told.page = step.page;
    return told;
  })};
  if (button) {
    said.from = button.from;
    said.action = button.action;
    if (button.watched) said.watched = button.watched;
  }
  return JSON.stringify(said);
}

function after(reply, place, button, told, part, url, last) {
  if (!reply) return end(told, "offline");
  if (reply.said.csrf_token && !told.again) {
    place.dataset.csrf = reply.said.csrf_token;
    told.again = true;
    return sendAll(place, button, told);
  }
  if (reply.moved || reply.status === 401) return end(told, "signin");
  if (reply.said.reason === "another_person") return end(told, "other");
  if (reply.ok && reply.said.results) {
    told.steps = told.steps.concat(part);
    told.replies.push(reply.said);
    if (last) told.pressed = reply.said;
    return drop(place.dataset.person, part.map(function (step) { return step.key; }))
      .then(function () { return sendAll(place, button, told); });
  }
  if (reply.status < 500 && part.length) {
    told.stuck = (told.stuck || []).concat(url);
    return sendAll(place, button, told);
  }
  return end(told, "retry");
}

function end(told, state) {
  told.state = state;
  return told;
}
