import {connect as menu} from "./controllers/menu.js";
import {connect as picture} from "./controllers/picture.js";
import {connect as tidy} from "./controllers/tidy.js";
import {start} from "./core/start.js";

start({menu, picture, tidy});
