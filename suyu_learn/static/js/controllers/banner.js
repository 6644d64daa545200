/* Shows a message when its event comes; its button loads the page again. */
import {hear} from "../core/talk.js";

export function connect(element) {
  hear(element.dataset.on.replace("suyu:", ""), function () {
    if (!element.hidden) return;
    element.hidden = false;
    element.scrollIntoView({block: "center"});
    const way = element.querySelector("a, button");
    if (way) way.focus({preventScroll: true});
  });
  const again = element.querySelector("[data-reload]");
  if (again) again.addEventListener("click", function () { window.location.reload(); });
}
