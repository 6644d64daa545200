import {connect as counter} from "./controllers/counter.js";
import {connect as menu} from "./controllers/menu.js";
import {connect as ordering} from "./controllers/ordering.js";
import {connect as print} from "./controllers/print.js";
import {connect as reading} from "./controllers/reading.js";
import {start} from "./core/start.js";

start({counter, menu, ordering, print, reading});
