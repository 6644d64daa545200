import {connect as waiting_room} from "./controllers/waiting_room.js";
import {start} from "./core/start.js";

start({waiting_room});
