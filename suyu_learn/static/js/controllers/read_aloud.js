/* A button that reads a question with its options, and one that reads a lesson from the place one looks at; nothing where
   the phone cannot speak. */
import {announce, hear} from "../core/talk.js";
import {canSpeak, speak, stop, wordsOf} from "../core/voice.js";

const OF_A_QUESTION = ".sl-question__stem, .sl-choice__box, .sl-cloze__text, .sl-match__prompt, .sl-order__text";
const BELOW_THE_BUTTON = 90;

export function connect(form) {
  if (!canSpeak()) return;

  function langOf(part) {
    return part.closest("[lang]").lang;
  }

  function ofQuestion(question) {
    const parts = question.querySelectorAll(OF_A_QUESTION);
    return {part: question, words: Array.prototype.map.call(parts, wordsOf).join("\n"), lang: langOf(question)};
  }

  /* A button that speaks what `choose` gives it, [{part, words, lang}], and stops. */
  function button(name, choose) {
    const element = document.createElement("button");
    let speaking = false;
    element.type = "button";
    element.className = name;
    element.textContent = form.dataset.read;
    element.addEventListener("click", function () {
      if (speaking) return stop();
      const parts = choose();
      let part = null;
      speaking = true;
      element.textContent = form.dataset.hush;
      element.classList.add("is-speaking");
      return speak(parts, {
        at: function (number) {
          if (part) part.classList.remove("is-spoken");
          part = parts[number].part;
          part.classList.add("is-spoken");
          if (parts.length > 1) show(part);
        },
        end: function () {
          speaking = false;
          if (part) part.classList.remove("is-spoken");
          element.classList.remove("is-speaking");
          if (!element.hidden) element.textContent = form.dataset.read;
        },
        fail: function () {
          const words = document.createElement("p");
          words.className = "sl-muted";
          words.textContent = form.dataset.mute;
          element.parentNode.classList.add("is-mute");
          element.parentNode.insertBefore(words, element);
          element.hidden = true;
          announce(words.textContent);
        },
      });
    });
    return element;
  }

  function show(part) {
    const box = part.getBoundingClientRect();
    if (box.top >= BELOW_THE_BUTTON && box.bottom <= window.innerHeight) return;
    window.scrollTo(0, Math.max(0, window.pageYOffset + box.top - BELOW_THE_BUTTON));
  }

  /* The parts of a lesson that are in sight and those that follow; of its questions, those that are asked. */
  function onwards(article) {
    return Array.prototype.filter.call(article.querySelectorAll("h1, .sl-reading > *, .sl-inlay"), function (part) {
      return part.getBoundingClientRect().bottom > BELOW_THE_BUTTON;
    }).map(function (part) {
      const question = part.querySelector("[data-slot]");
      const words = question ? ofQuestion(question).words : wordsOf(part);
      return {part: part, words: words, lang: langOf(part)};
    });
  }

  form.querySelectorAll("[data-slot]").forEach(function (question) {
    question.appendChild(button("sl-flag sl-flag--sound", function () { return [ofQuestion(question)]; }));
  });
  const article = form.querySelector("#reading");
  if (article) {
    const place = document.createElement("div");
    place.className = "sl-aloud";
    place.lang = document.documentElement.lang;
    place.appendChild(button("sl-flag sl-flag--sound sl-aloud__button", function () { return onwards(article); }));
    article.insertBefore(place, article.firstChild);
  }
  window.addEventListener("pagehide", stop);
  hear("taken-over", stop);
}
