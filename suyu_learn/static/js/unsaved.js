import {connect as unsaved} from "./controllers/unsaved.js";
import {start} from "./core/start.js";

start({unsaved});
