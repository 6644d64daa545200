/* A long form that is left with something typed and not saved asks first. What was posted and stands here again, as after
   a mistake or another row, is not saved either. */
import {hear} from "../core/talk.js";

export function connect(form) {
  let first = null;
  let going = false;

  function typed() {
    return JSON.stringify(Array.from(new FormData(form), (pair) => [pair[0], pair[1].name || pair[1]]));
  }

  hear("ready", function () { first = typed(); });
  window.addEventListener("pageshow", function () { going = false; });
  window.addEventListener("submit", function (event) {
    if (event.target === form && !event.defaultPrevented) going = true;
  });
  window.addEventListener("beforeunload", function (event) {
    if (going || first === null || (!("posted" in form.dataset) && typed() === first)) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
