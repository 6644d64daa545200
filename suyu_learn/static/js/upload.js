import {connect as upload} from "./controllers/upload.js";
import {start} from "./core/start.js";

start({upload});
