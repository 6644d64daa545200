/* After handing in: leaves that still wait are told, and what the browser kept of this attempt may go. */
import {keptLeaves, tellLeaves} from "../core/leaves.js";
import {forget, nameOf} from "../core/store.js";

export function connect(element) {
  forget(nameOf("queue", element));
  forget(nameOf("flags", element));
  forget(nameOf("away", element));
  if (element.dataset.url && keptLeaves(element).length) tellLeaves(element);
}
