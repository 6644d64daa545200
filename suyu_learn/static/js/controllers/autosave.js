/* Saves each change at once; text after a pause of 800 ms or when the field is left. */
import {queueOf} from "../core/queue.js";
import {fill, isAnswered, responseOf, shippedResponseOf} from "../core/responses.js";
import {hear, tell} from "../core/talk.js";

const PAUSE = 800;

export function connect(form) {
  const queue = queueOf(form);
  const questions = {};
  const timers = {};
  const said = {};

  form.querySelectorAll("[data-slot]").forEach(function (question) {
    const slot = Number(question.dataset.slot);
    questions[slot] = question;
    const shipped = shippedResponseOf(question);
    queue.know(slot, Number(question.dataset.seq) || 0, shipped);
    said[slot] = JSON.stringify(shipped);
  });

  /* The whole paper works offline: what waits to be scrolled to is fetched once the rest is there. */
  window.addEventListener("load", function () {
    form.querySelectorAll("img[loading]").forEach(function (image) { image.loading = "eager"; });
  });

  function collect() {
    Object.keys(timers).forEach(function (slot) { save(Number(slot)); });
  }

  function look(slot) {
    tell("answered", {slot: slot, answered: isAnswered(questions[slot])});
  }

  function save(slot) {
    clearTimeout(timers[slot]);
    delete timers[slot];
    const response = responseOf(questions[slot]);
    const text = JSON.stringify(response);
    if (text === said[slot] || queue.stopped) return;
    said[slot] = text;
    const note = questions[slot].querySelector(".sl-question__refused");
    if (note) note.remove();
    queue.put(slot, response);
    look(slot);
    queue.flush();
  }

  function freeze(on) {
    form.classList.toggle("is-stopped", on);
    form.querySelectorAll("fieldset").forEach(function (fieldset) { fieldset.disabled = on; });
  }

  function slotOf(event) {
    const question = event.target.closest ? event.target.closest("[data-slot]") : null;
    return question ? Number(question.dataset.slot) : null;
  }

  form.addEventListener("change", function (event) {
    const slot = slotOf(event);
    if (slot !== null) save(slot);
  });
  form.addEventListener("input", function (event) {
    const slot = slotOf(event);
    if (slot === null || ["text", "textarea"].indexOf(event.target.type) < 0) return;
    clearTimeout(timers[slot]);
    timers[slot] = setTimeout(function () { save(slot); }, PAUSE);
  });
  form.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.type === "text") event.preventDefault();
  });
  hear("collect", collect);
  window.addEventListener("pagehide", collect);

  hear("refused", function (detail) {
    const note = document.createElement("p");
    note.className = "sl-field__error sl-question__refused";
    note.setAttribute("role", "alert");
    note.textContent = detail.words || form.dataset.refused;
    questions[detail.slot].appendChild(note);
  });
  hear("closed", function () { window.location.assign(form.dataset.result); });
  hear("elsewhere", function () { freeze(true); });
  hear("freeze", function (detail) { freeze(detail.on); });

  /* What was chosen while this script was on its way is newer than what was kept. */
  hear("ready", function () {
    const early = Object.keys(questions).filter(function (slot) {
      return JSON.stringify(responseOf(questions[slot])) !== said[slot];
    });
    queue.restore().forEach(function (entry) {
      if (early.indexOf(String(entry.slot)) >= 0) return;
      fill(questions[entry.slot], entry.response);
      said[entry.slot] = JSON.stringify(responseOf(questions[entry.slot]));
      look(entry.slot);
    });
    early.forEach(function (slot) { save(Number(slot)); });
    queue.flush();
  });
}
