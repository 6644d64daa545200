/* Reading a lesson: counts the seconds in which it is visible, and takes what is answered and read to the server.

   Everything is kept in the browser first and sent from there, so that nothing is lost with the line; the server counts
   each step once, and never more time than has passed. Without a line one goes on to the next lesson, if it is at hand. */
import {goOn} from "../core/ahead.js";
import {keep, waiting} from "../core/ledger.js";
import {send} from "../core/sending.js";
import {tell} from "../core/talk.js";

const SHORTEST_WAIT = 5000;
const LONGEST_WAIT = 120000;

export function connect(form) {
  const said = form.dataset;
  let since = null;
  let seconds = 0;
  let pressed = "check";
  let busy = false;
  let timer = 0;
  let pause = SHORTEST_WAIT;

  function isHere() {
    return document.body.contains(form);
  }

  function note(kind, more) {
    const step = {person: said.person, url: said.url, version: Number(said.version), lesson: said.lesson, kind: kind,
      page: said.page};
    return keep(Object.assign(step, more));
  }

  function tick() {
    const now = performance.now();
    if (since !== null) seconds += Math.max(0, now - since) / 1000;
    since = document.visibilityState === "visible" ? now : null;
  }

  /* What was counted since the last time, put by. */
  function take() {
    tick();
    if (seconds < 1) return Promise.resolve();
    const whole = Math.floor(seconds);
    seconds -= whole;
    return note("spent", {seconds: whole});
  }

  /* The answers as the form would send them, by the number of their question. */
  function answers() {
    const found = {};
    Array.prototype.forEach.call(form.elements, function (field) {
      const place = /^q(\d+)$/.exec(field.name);
      if (!place || ((field.type === "radio" || field.type === "checkbox") && !field.checked)) return;
      found[place[1]] = (found[place[1]] || []).concat(field.value);
    });
    return Object.keys(found).filter(function (place) {
      return found[place].some(function (value) { return value.trim() !== ""; });
    }).map(function (place) { return {place: Number(place), answer: found[place]}; });
  }

  function show(state) {
    return waiting(said.person).then(function (steps) { tell("waiting", {state: state, steps: steps}); });
  }

  function flush() {
    clearTimeout(timer);
    return waiting(said.person).then(function (steps) {
      if (!steps.length || busy || !isHere()) return null;
      return send(form).then(arrived);
    });
  }

  function arrived(told) {
    if (told.state === "sent") {
      pause = SHORTEST_WAIT;
      const news = told.steps.some(function (step) { return step.kind === "answered" || step.kind === "finished"; });
      tell("waiting", {state: news ? "sent" : "idle", steps: []});
    } else {
      show(told.state);
      if (told.state === "offline" || told.state === "retry") {
        timer = setTimeout(flush, pause * (0.75 + Math.random() / 2));
        pause = Math.min(LONGEST_WAIT, pause * 2);
      }
    }
    return told;
  }

  function press(event) {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const action = pressed;
    const given = answers();
    const kept = [take()].concat(given.map(function (one) { return note("answered", one); }));
    if (action === "finish") kept.push(note("finished", {title: said.title}));
    form.setAttribute("aria-busy", "true");
    Promise.all(kept).then(function () {
      if (navigator.onLine === false) return {state: "offline", steps: [], replies: []};
      const watched = form.elements.watched ? form.elements.watched.value : "";
      return send(form, {url: said.url, from: said.lesson, action: action, watched: watched});
    }).then(function (told) {
      busy = false;
      form.removeAttribute("aria-busy");
      if (told.pressed && told.pressed.go) return leave(told.pressed.go);
      if (told.pressed) return sendPlainly(action);
      arrived(told);
      if (action === "finish" && told.state !== "signin" && told.state !== "other") return goOn(said.next, said);
      return null;
    });
  }

  function leave(url) {
    const way = document.createElement("a");
    way.href = url;
    const stays = way.pathname === window.location.pathname && way.search === window.location.search;
    window.location.href = url;
    if (stays) window.location.reload();
  }

  /* The server has refused something: the page that says what has all that was typed. */
  function sendPlainly(action) {
    const button = document.createElement("input");
    button.type = "hidden";
    button.name = "action";
    button.value = action;
    form.appendChild(button);
    form.elements.seconds.value = "0";
    form.submit();
  }

  form.addEventListener("click", function (event) {
    const button = event.target.closest("button[name=action]");
    if (button) pressed = button.value;
  });
  form.addEventListener("submit", press);
  document.addEventListener("visibilitychange", function () {
    if (!isHere()) return;
    if (document.visibilityState === "visible") tick();
    else take().then(flush);
  });
  window.addEventListener("pagehide", function () { if (isHere()) take(); });
  window.addEventListener("online", flush);
  if (said.kept) note("opened").then(flush);
  else flush();
  tick();
}
