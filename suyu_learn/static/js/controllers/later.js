/* For who has learnt in this browser: sends what waits from whatever page comes first, and asks before signing out while
   something waits. It says so where answers or finished lessons waited; of reading time alone, which a page keeps when it
   is left, only on a page that shows what is recorded. */
import {waiting} from "../core/ledger.js";
import {keptReports} from "../core/reports.js";
import {send} from "../core/sending.js";
import {announce} from "../core/talk.js";

export function connect(main) {
  const person = main.dataset.person;
  const token = document.querySelector("input[name=csrf_token]");
  if (!person || !token) return;
  const place = {dataset: {person: person, csrf: token.value}};

  /* How many steps and reports of films wait. */
  function count() {
    return waiting(person).then(function (steps) { return steps.length + keptReports(place).length; });
  }

  function tell() {
    const words = document.createElement("p");
    words.className = "sl-message";
    words.setAttribute("role", "status");
    words.textContent = main.dataset.arrived + " ";
    const again = document.createElement("a");
    again.href = window.location.href;
    again.textContent = main.dataset.again;
    words.appendChild(again);
    main.insertBefore(words, main.firstChild);
    announce(words.textContent);
  }

  function flush() {
    count().then(function (left) {
      if (!left) return;
      send(place).then(function (told) {
        const news = told.steps.some(function (step) { return step.kind !== "spent"; });
        if (news || (told.steps.length && main.querySelector("[data-dated]"))) tell();
      });
    });
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.getAttribute("action") !== main.dataset.logout) return;
    event.preventDefault();
    count().then(function (left) {
      if (!left || window.confirm(main.dataset.leave)) form.submit();
    }, function () { form.submit(); });
  });
  if (document.querySelector("form[data-lesson]")) return;
  window.addEventListener("online", flush);
  flush();
}
