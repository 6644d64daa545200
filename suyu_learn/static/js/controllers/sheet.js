/* The answer sheet: what is answered, open or marked for later, and the way to each question. */
import {arrive} from "../core/arrive.js";
import {nameOf, read, write} from "../core/store.js";
import {hear, tell} from "../core/talk.js";

export function connect(element) {
  const form = element.closest("form");
  const store = nameOf("flags", form);
  const flags = read(store) || [];
  const links = {};
  const wide = window.matchMedia("(min-width: 64em)");

  function show(number) {
    const link = links[number];
    const flagged = flags.indexOf(number) >= 0;
    const words = link.classList.contains("is-answered") ? element.dataset.answered : element.dataset.open;
    link.classList.toggle("is-flagged", flagged);
    link.setAttribute("aria-label", number + ", " + words + (flagged ? ", " + element.dataset.flagged : ""));
  }

  function addFlag(question) {
    const number = question.dataset.number;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sl-flag";
    button.setAttribute("aria-pressed", flags.indexOf(number) >= 0);
    button.textContent = element.dataset.flag;
    button.addEventListener("click", function () {
      const place = flags.indexOf(number);
      if (place >= 0) flags.splice(place, 1);
      else flags.push(number);
      button.setAttribute("aria-pressed", place < 0);
      write(store, flags);
      show(number);
    });
    question.appendChild(button);
  }

  form.querySelectorAll("[data-slot]").forEach(function (question) {
    const number = question.dataset.number;
    links[number] = element.querySelector('[href="#' + question.id + '"]');
    links[number].addEventListener("click", function (event) {
      event.preventDefault();
      if (!wide.matches) element.open = false;
      tell("jump", {question: question});
    });
    addFlag(question);
    show(number);
  });

  hear("answered", function (detail) {
    const number = form.querySelector('[data-slot="' + detail.slot + '"]').dataset.number;
    links[number].classList.toggle("is-answered", detail.answered);
    element.querySelector("[data-count]").textContent = element.querySelectorAll("li .is-answered").length;
    show(number);
  });
  hear("jump", function (detail) { arrive(detail.question); });
  element.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || wide.matches) return;
    element.open = false;
    element.querySelector("summary").focus();
  });
  element.open = wide.matches;
}
