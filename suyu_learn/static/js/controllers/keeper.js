/* On every page of learners: lessons kept for somebody else go, and who has learnt in this browser gets the script that
   sends what waits and asks before signing out. */
import {emptyForOthers, hasLearnt} from "../core/shelf.js";

export function connect(main) {
  emptyForOthers(main.dataset.root, main.dataset.person);
  if (!main.dataset.person || !hasLearnt(main.dataset.person)) return;
  const script = document.createElement("script");
  script.src = main.dataset.later;
  document.head.appendChild(script);
}
