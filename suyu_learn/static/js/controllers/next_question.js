/* Leaves the question with all that still waits, and tries again by itself while the line is down. */
import {queueOf} from "../core/queue.js";
import {request} from "../core/request.js";
import {announce, hear, tell} from "../core/talk.js";

export function connect(button) {
  const form = button.closest("form");
  const queue = queueOf(form);
  const words = document.querySelector("[data-goingwait]").dataset.goingwait;
  let wait = 1000;
  let going = false;
  let told = false;
  let unread = false;
  let sent = false;
  let because = "";

  function stay() {
    going = false;
    queue.stopped = false;
    queue.keep();
    button.disabled = false;
    tell("freeze", {on: false});
  }

  function send(more) {
    const body = "csrf_token=" + encodeURIComponent(form.dataset.csrf) + "&epoch=" + queue.epoch +
      "&slot=" + form.elements.slot.value + more + "&queue=" + encodeURIComponent(JSON.stringify(queue.pending()));
    return request("POST", form.dataset.next, form.dataset.csrf, body, "application/x-www-form-urlencoded");
  }

  function post() {
    send("&because=" + because).then(function (reply) {
      if (reply && reply.said.reason === "continued_elsewhere") {
        queue.stop("elsewhere");
      } else if (reply && (reply.ok || reply.moved || reply.status === 409)) {
        queue.keep();
        window.location.assign(form.dataset.result);
      } else if (reply && reply.status === 422) {
        queue.entries = {};
        stay();
        tell("status", {state: "idle"});
        tell("refused", {slot: reply.said.slot, words: reply.said.message});
      } else if (reply && reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
        stay();
        queue.stopped = true;
        tell("status", {state: "signin"});
        sent = true;
        tell("signin");
        sent = false;
      } else {
        tell("status", {state: "goingwait"});
        if (!told) announce(words);
        told = true;
        setTimeout(post, wait * (0.75 + Math.random() / 2));
        wait = Math.min(8000, wait * 2);
      }
    });
  }

  function go(why) {
    if (going) return;
    tell("collect");
    const note = form.querySelector(".sl-question__refused");
    if (unread && !why && note) {
      announce(note.textContent);
      note.scrollIntoView({block: "center"});
      return;
    }
    going = true;
    because = why;
    queue.stopped = true;
    clearTimeout(queue.timer);
    button.disabled = true;
    tell("freeze", {on: true});
    tell("status", {state: "going"});
    post();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    go("");
  });
  form.addEventListener("input", function () { unread = false; });
  hear("refused", function () { unread = true; });
  hear("hand-in", function () { go("time"); });
  /* Signed out: what comes in time is kept with the paper, though its question may be over after signing in again. */
  hear("signin", function () {
    if (!sent && queue.size()) send("&keep=1");
  });
  hear("elsewhere", function () { going = true; });
}
