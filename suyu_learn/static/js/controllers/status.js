/* Says in words how saving stands. */
import {lasts} from "../core/store.js";
import {announce, hear} from "../core/talk.js";

const LASTING = ["stopped", "submitting", "submitwait"];
const ENDING = ["signin", "submitting", "submitwait", "stopped"];

export function connect(element) {
  const place = element.querySelector("[data-words]");
  let state = "idle";

  /* Without a line the page says where answers are, which in some browsers is the page alone. */
  function words(next) {
    return element.dataset[next === "offline" && !lasts() ? "here" : next];
  }

  function show(next) {
    if (next === "saved" && (state === "offline" || state === "waiting")) {
      announce(element.dataset.online);
    } else if (next !== state && (next === "offline" || next === "signin" || next === "submitwait")) {
      announce(words(next));
    }
    element.classList.remove("is-" + state);
    element.classList.add("is-" + next);
    state = next;
    place.textContent = words(next);
  }

  hear("status", function (detail) {
    if (LASTING.indexOf(state) >= 0 && ENDING.indexOf(detail.state) < 0) return;
    if (state === "offline" && (detail.state === "saving" || detail.state === "waiting")) return;
    show(detail.state);
  });
  element.hidden = false;
  show("idle");
}
