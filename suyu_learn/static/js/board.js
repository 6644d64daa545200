import {connect as board} from "./controllers/board.js";
import {connect as menu} from "./controllers/menu.js";
import {start} from "./core/start.js";

start({board, menu});
