import {connect as countdown} from "./controllers/countdown.js";
import {connect as counter} from "./controllers/counter.js";
import {connect as keep} from "./controllers/keep.js";
import {connect as menu} from "./controllers/menu.js";
import {connect as ordering} from "./controllers/ordering.js";
import {start} from "./core/start.js";

start({countdown, counter, keep, menu, ordering});
