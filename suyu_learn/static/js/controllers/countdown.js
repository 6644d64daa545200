/* Counts down a mock exam; speaks at 5 minutes and 1 minute, and sends the page when the time is over. */
import {announce} from "../core/talk.js";

export function connect(form) {
  const clock = form.querySelector("[data-before]");
  const end = performance.now() + Number(form.dataset.remaining) * 1000;
  let spoken = Infinity;

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  function show() {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    clock.textContent = Math.floor(left / 60) + ":" + two(left % 60);
    clock.parentElement.classList.toggle("is-short", left <= 300);
    if (left <= 60 && spoken > 60) announce(form.dataset.one);
    else if (left <= 300 && left > 60 && spoken > 300) announce(form.dataset.five);
    spoken = Math.min(spoken, left);
    if (left > 0) return;
    clearInterval(ticking);
    const action = document.createElement("input");
    action.type = "hidden";
    action.name = "action";
    action.value = "hand_in";
    form.appendChild(action);
    form.submit();
  }

  const ticking = setInterval(show, 500);
  spoken = Number(form.dataset.remaining) <= 60 ? 60 : Number(form.dataset.remaining) <= 300 ? 300 : Infinity;
  show();
}
