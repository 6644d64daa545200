/* Counts down what the server says is left; speaks at 5 minutes and 1 minute, hands in at the end. */
import {queueOf} from "../core/queue.js";
import {announce, hear, tell} from "../core/talk.js";

/* How often a page in sight asks how things stand when it has nothing to save: the exam may have been paused. */
const ASK = 20000;

export function connect(element) {
  const form = element.closest("form");
  const place = element.querySelector("[data-time]");
  const pause = document.getElementById("pause");
  let end = performance.now() + Number(form.dataset.remaining) * 1000;
  let spoken = Infinity;
  let over = false;
  let stands = "stands" in element.dataset && performance.now();
  let heard = performance.now() + Math.random() * ASK / 4;

  function left() {
    return Math.ceil((end - (stands || performance.now())) / 1000);
  }

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  function show() {
    const seconds = Math.max(0, left());
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    place.textContent = (hours ? hours + ":" + two(minutes) : minutes) + ":" + two(seconds % 60);
    element.classList.toggle("is-short", seconds <= 300);
    element.classList.toggle("is-last", seconds <= 60);
    if (seconds <= 60 && spoken > 60) announce(element.dataset.one);
    else if (seconds <= 300 && seconds > 60 && spoken > 300) announce(element.dataset.five);
    spoken = Math.min(spoken, seconds);
    if (seconds === 0 && !over && !stands) finish();
  }

  /* Ask the server first: a phone that slept or a deadline that moved must not cost anybody minutes. */
  function finish() {
    over = true;
    announce(element.dataset.over);
    tell("collect");
    queueOf(form).flush(true).then(function (outcome) {
      if (outcome === "ok" && left() > 2) over = false;
      else if (outcome !== "stopped") tell("hand-in");
    });
  }

  /* More time was given: for a minute it stands in the bar instead of the title, which is always in sight. */
  function tellMore(until) {
    const title = form.querySelector("h1");
    const was = form.dataset.title || title.textContent;
    form.dataset.title = was;
    title.textContent = element.dataset.more + " " + until;
    announce(title.textContent);
    setTimeout(function () { title.textContent = was; }, 60000);
  }

  hear("remaining", function (said) {
    const by = document.getElementById("by");
    const before = left();
    heard = performance.now();
    end = heard + said.remaining * 1000;
    stands = said.paused && heard;
    if (left() > before + 30 && said.until) tellMore(said.until);
    pause.hidden = !stands;
    if (said.why || !stands) pause.querySelector("[data-why]").textContent = said.why || "";
    if (by && said.until) by.textContent = said.until;
    if (said.remaining > 300) spoken = Infinity;
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && !over) queueOf(form).flush(true);
  });
  spoken = left() <= 60 ? 60 : left() <= 300 ? 300 : Infinity;
  show();
  setInterval(show, 500);
  setInterval(function () {
    if (over || document.hidden || performance.now() - heard < ASK) return;
    heard = performance.now();
    queueOf(form).flush(true);
  }, 5000);
}
