/* Shows what is unanswered before handing in, then hands in with all that still waits. */
import {queueOf} from "../core/queue.js";
import {request} from "../core/request.js";
import {isAnswered} from "../core/responses.js";
import {hear, tell} from "../core/talk.js";

export function connect(button) {
  const form = button.closest("form");
  const queue = queueOf(form);
  const dialog = document.getElementById(button.dataset.dialog);
  const yes = dialog.querySelector("[data-yes]");
  let wait = 1000;
  let going = false;
  let because = "";

  function list(part, belongs) {
    const numbers = part.querySelector("ol");
    numbers.textContent = "";
    form.querySelectorAll("[data-slot]").forEach(function (question) {
      if (!belongs(question)) return;
      const item = document.createElement("li");
      const jump = document.createElement("button");
      jump.type = "button";
      jump.className = "sl-sheet__number";
      jump.textContent = question.dataset.number;
      jump.addEventListener("click", function () { close(); tell("jump", {question: question}); });
      item.appendChild(jump);
      numbers.appendChild(item);
    });
    part.hidden = !numbers.firstChild;
    return part.hidden;
  }

  function open() {
    dialog.querySelector("[data-complete]").hidden = !list(dialog.querySelector("[data-incomplete]"),
      function (question) { return !isAnswered(question); });
    list(dialog.querySelector("[data-marked]"), function (question) { return question.querySelector("[aria-pressed=true]"); });
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
  }

  function close() {
    if (dialog.close) dialog.close();
    else dialog.removeAttribute("open");
  }

  function handIn() {
    tell("status", {state: "submitting"});
    const body = "csrf_token=" + encodeURIComponent(form.dataset.csrf) + "&epoch=" + queue.epoch + "&because=" + because +
      "&queue=" + encodeURIComponent(JSON.stringify(queue.pending()));
    request("POST", form.dataset.submit, form.dataset.csrf, body, "application/x-www-form-urlencoded").then(function (reply) {
      if (reply && (reply.ok || reply.moved || reply.status === 409)) {
        window.location.assign(form.dataset.result);
      } else if (reply && reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
        going = false;
        queue.keep();
        tell("freeze", {on: false});
        tell("status", {state: "signin"});
        tell("signin");
      } else {
        tell("status", {state: "submitwait"});
        setTimeout(handIn, wait * (0.75 + Math.random() / 2));
        wait = Math.min(30000, wait * 2);
      }
    });
  }

  function go() {
    if (going) return;
    going = true;
    close();
    tell("collect");
    tell("freeze", {on: true});
    handIn();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    tell("collect");
    open();
  });
  yes.addEventListener("click", function () { because = ""; go(); });
  dialog.querySelector("[data-back]").addEventListener("click", close);
  hear("hand-in", function () { because = "time"; go(); });
}
