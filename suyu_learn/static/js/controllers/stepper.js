/* Large text: one question a screen, with previous and next; it opens at the first that is not answered. */
import {arrive} from "../core/arrive.js";
import {hear, tell} from "../core/talk.js";

export function connect(element) {
  if (!document.documentElement.hasAttribute("data-elder")) return;
  const form = element.closest("form");
  const questions = Array.prototype.slice.call(form.querySelectorAll("[data-slot]"));
  const previous = element.querySelector("[data-previous]");
  const next = element.querySelector("[data-next]");
  let at = 0;

  function show(index) {
    at = Math.max(0, Math.min(questions.length - 1, index));
    questions.forEach(function (question, place) { question.hidden = place !== at; });
    form.querySelectorAll(".sl-section").forEach(function (section) {
      section.hidden = !section.contains(questions[at]);
    });
    form.querySelectorAll(".sl-passage").forEach(function (passage) {
      passage.hidden = !passage.parentNode.contains(questions[at]);
    });
    previous.disabled = at === 0;
    form.classList.toggle("is-first-step", at === 0);
    form.classList.toggle("is-last-step", at === questions.length - 1);
    window.scrollTo(0, 0);
  }

  /* The button that was pressed may be gone by then: whoever goes by keys goes on at the question. */
  function go(by) {
    tell("collect");
    show(at + by);
    questions[at].tabIndex = -1;
    questions[at].focus({preventScroll: true});
  }

  previous.addEventListener("click", function () { go(-1); });
  next.addEventListener("click", function () { go(1); });
  hear("jump", function (detail) {
    show(questions.indexOf(detail.question));
    arrive(detail.question);
  });
  element.hidden = false;
  form.classList.add("is-stepwise");
  const listed = Array.prototype.slice.call(form.querySelectorAll(".sl-sheet .sl-sheet__list a"));
  show(listed.findIndex(function (one) { return !one.classList.contains("is-answered"); }));
}
