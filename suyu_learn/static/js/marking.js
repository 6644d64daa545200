import {connect as marking} from "./controllers/marking.js";
import {connect as menu} from "./controllers/menu.js";
import {start} from "./core/start.js";

start({marking, menu});
