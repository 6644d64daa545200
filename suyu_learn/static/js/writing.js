import {connect as editor} from "./controllers/editor.js";
import {connect as insert} from "./controllers/insert.js";
import {start} from "./core/start.js";

start({editor, insert});
