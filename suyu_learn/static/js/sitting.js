import {connect as autosave} from "./controllers/autosave.js";
import {connect as banner} from "./controllers/banner.js";
import {connect as clock} from "./controllers/clock.js";
import {connect as confirm_submit} from "./controllers/confirm_submit.js";
import {connect as counter} from "./controllers/counter.js";
import {connect as ordering} from "./controllers/ordering.js";
import {connect as sheet} from "./controllers/sheet.js";
import {connect as status} from "./controllers/status.js";
import {start} from "./core/start.js";

start({autosave, banner, clock, confirm_submit, counter, ordering, sheet, status});
