import {connect as counter} from "./controllers/counter.js";
import {connect as keptList} from "./controllers/kept_list.js";
import {connect as leftOff} from "./controllers/left_off.js";
import {connect as lessonsKept} from "./controllers/lessons_kept.js";
import {connect as ordering} from "./controllers/ordering.js";
import {connect as print} from "./controllers/print.js";
import {connect as study} from "./controllers/study.js";
import {connect as typed} from "./controllers/typed.js";
import {connect as waits} from "./controllers/waits.js";
import {start} from "./core/start.js";
import {hear} from "./core/talk.js";

const own = {"kept-list": keptList, "left-off": leftOff, "lessons-kept": lessonsKept, study, typed, waits};
const all = Object.assign({counter, ordering, print}, own);

start(own);
hear("taken-over", function (detail) {
  detail.main.querySelectorAll("[data-controller]").forEach(function (element) {
    element.dataset.controller.split(/\s+/).forEach(function (name) {
      if (all[name]) all[name](element);
    });
  });
});
