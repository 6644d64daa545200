import {connect as later} from "./controllers/later.js";
import {start} from "./core/start.js";

start({later});
