import {connect as copy} from "./controllers/copy.js";
import {start} from "./core/start.js";

start({copy});
