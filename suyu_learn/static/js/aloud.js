/* Pages in large text, beside the script of the page. */
import {connect as read} from "./controllers/read_aloud.js";
import {connect as stepper} from "./controllers/stepper.js";
import {hear} from "./core/talk.js";

function all(within) {
  within.querySelectorAll("[data-read]").forEach(read);
}

all(document);
document.querySelectorAll('[data-controller~="stepper"]').forEach(stepper);
hear("taken-over", function (detail) { all(detail.main); });
