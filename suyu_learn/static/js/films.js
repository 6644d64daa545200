import {connect as films} from "./controllers/films.js";
import {start} from "./core/start.js";

start({films});
