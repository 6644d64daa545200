/* Pages in large text, beside the script of the page. */
import {connect} from "./controllers/read_aloud.js";
import {hear} from "./core/talk.js";

function all(within) {
  within.querySelectorAll("[data-read]").forEach(connect);
}

all(document);
hear("taken-over", function (detail) { all(detail.main); });
