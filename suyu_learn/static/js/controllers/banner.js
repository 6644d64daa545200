/* Shows a message when its event comes; its button loads the page again. Where the browser keeps nothing beyond a page
   its link sends the form instead, which the server keeps. */
import {lasts} from "../core/store.js";
import {hear} from "../core/talk.js";

export function connect(element) {
  hear(element.dataset.on.replace("suyu:", ""), function () {
    if (!element.hidden) return;
    element.hidden = false;
    element.scrollIntoView({block: "center"});
    const way = element.querySelector("a, button");
    if (element.dataset.here && !lasts()) {
      element.querySelector(".sl-message__todo").textContent = element.dataset.here;
      way.addEventListener("click", function (event) {
        event.preventDefault();
        element.closest("form").submit();
      });
    }
    if (way) way.focus({preventScroll: true});
  });
  const again = element.querySelector("[data-reload]");
  if (again) again.addEventListener("click", function () { window.location.reload(); });
}
