/* Counts down what the server says is left of one question; speaks towards the end, and goes on when it is over. */
import {queueOf} from "../core/queue.js";
import {announce, hear, tell} from "../core/talk.js";

/* How often a page in sight asks how things stand when it has nothing to save: the exam may have been paused. */
const ASK = 20000;
const MOMENTS = [60, 30, 10];

export function connect(element) {
  const form = element.closest("form");
  const place = element.querySelector("[data-time]");
  const pause = document.getElementById("pause");
  const whole = Number(form.dataset.remaining);
  /* What is said at once would be heard instead of the question. */
  let moments = MOMENTS.filter(function (moment) { return moment <= whole / 2; });
  let end = performance.now() + whole * 1000;
  let over = false;
  let stands = "stands" in element.dataset && performance.now();
  let heard = performance.now();

  function left() {
    return Math.ceil((end - (stands || performance.now())) / 1000);
  }

  function show() {
    const seconds = Math.max(0, left());
    const rest = seconds % 60;
    place.textContent = Math.floor(seconds / 60) + ":" + (rest < 10 ? "0" : "") + rest;
    element.classList.toggle("is-short", seconds <= 30);
    element.classList.toggle("is-last", seconds <= 10);
    if (moments.length && seconds <= moments[0]) {
      announce(element.dataset.left.replace("[seconds]", seconds));
      moments = moments.filter(function (moment) { return moment < seconds; });
    }
    if (seconds === 0 && !over && !stands) {
      over = true;
      announce(element.dataset.over);
      tell("hand-in");
    }
  }

  function ask() {
    heard = performance.now();
    queueOf(form).flush(true);
  }

  hear("remaining", function (said) {
    const by = document.getElementById("by");
    heard = performance.now();
    end = heard + said.remaining * 1000;
    stands = said.paused && heard;
    pause.hidden = !stands;
    if (said.why || !stands) pause.querySelector("[data-why]").textContent = said.why || "";
    if (by && said.until) by.textContent = said.until;
  });
  hear("elsewhere", function () { over = true; });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && !over) ask();
  });
  show();
  setInterval(show, 250);
  setInterval(function () {
    if (!over && !document.hidden && performance.now() - heard >= ASK) ask();
  }, 2000);
}
