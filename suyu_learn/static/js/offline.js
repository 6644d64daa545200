import {connect as drop} from "./controllers/drop.js";
import {connect as menu} from "./controllers/menu.js";
import {connect as rows} from "./controllers/rows.js";
import {start} from "./core/start.js";

start({drop, menu, rows});
