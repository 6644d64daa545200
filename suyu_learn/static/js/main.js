import {connect as counter} from "./controllers/counter.js";
import {connect as keeper} from "./controllers/keeper.js";
import {connect as menu} from "./controllers/menu.js";
import {connect as ordering} from "./controllers/ordering.js";
import {connect as print} from "./controllers/print.js";
import {start} from "./core/start.js";

start({counter, keeper, menu, ordering, print});
