/* Keeps what is chosen and typed in a lesson and not sent yet, so that a page that is left, or that the phone lets go of,
   shows it again: also what was chosen before this script was there. What has been judged is kept no longer. */
import {fill, responseOf} from "../core/responses.js";
import {forget, nameOf, read, write} from "../core/store.js";

export function connect(form) {
  const name = nameOf("typed", form);
  const questions = Array.prototype.slice.call(form.querySelectorAll("[data-slot]"));

  function isEmpty(response) {
    return [].concat(response).every(function (one) { return one === null || String(one).trim() === ""; });
  }

  function save() {
    const answers = {};
    questions.forEach(function (question) {
      const response = responseOf(question);
      if (!isEmpty(response)) answers[question.dataset.slot] = response;
    });
    if (Object.keys(answers).length) write(name, {version: form.dataset.version, answers: answers});
    else forget(name);
  }

  const kept = read(name);
  if (kept && kept.version === form.dataset.version) {
    questions.forEach(function (question) {
      const response = kept.answers[question.dataset.slot];
      if (response !== undefined && isEmpty(responseOf(question))) fill(question, response);
    });
  }
  save();
  form.addEventListener("change", save);
  form.addEventListener("input", save);
}
