/* Says how many characters a text has. */
import {hear} from "../core/talk.js";

export function connect(text) {
  const place = text.closest("fieldset").querySelector("[data-count]");

  function count() {
    place.textContent = text.value.length;
  }

  text.addEventListener("input", count);
  hear("filled", count);
  count();
}
