/* Says in words how saving stands. */
import {announce, hear} from "../core/talk.js";

const LASTING = ["stopped", "submitting", "submitwait"];
const ENDING = ["signin", "submitting", "submitwait", "stopped"];

export function connect(element) {
  const place = element.querySelector("[data-words]");
  let state = "idle";

  function show(next) {
    if (next === "saved" && (state === "offline" || state === "waiting")) {
      announce(element.dataset.online);
    } else if (next !== state && (next === "offline" || next === "signin" || next === "submitwait")) {
      announce(element.dataset[next]);
    }
    element.classList.remove("is-" + state);
    element.classList.add("is-" + next);
    state = next;
    place.textContent = element.dataset[next];
  }

  hear("status", function (detail) {
    if (LASTING.indexOf(state) >= 0 && ENDING.indexOf(detail.state) < 0) return;
    if (state === "offline" && (detail.state === "saving" || detail.state === "waiting")) return;
    show(detail.state);
  });
  element.hidden = false;
  show("idle");
}
