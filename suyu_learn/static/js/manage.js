import {connect as busy} from "./controllers/busy.js";
import {connect as counter} from "./controllers/counter.js";
import {connect as drop} from "./controllers/drop.js";
import {connect as mend} from "./controllers/mend.js";
import {connect as menu} from "./controllers/menu.js";
import {connect as ordering} from "./controllers/ordering.js";
import {connect as print} from "./controllers/print.js";
import {connect as step} from "./controllers/step.js";
import {start} from "./core/start.js";

start({busy, counter, drop, mend, menu, ordering, print, step});
