import {connect as screen_code} from "./controllers/screen_code.js";
import {start} from "./core/start.js";

start({screen_code});
