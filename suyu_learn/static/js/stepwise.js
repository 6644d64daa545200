import {connect as autosave} from "./controllers/autosave.js";
import {connect as banner} from "./controllers/banner.js";
import {connect as counter} from "./controllers/counter.js";
import {connect as next_question} from "./controllers/next_question.js";
import {connect as ordering} from "./controllers/ordering.js";
import {connect as question_clock} from "./controllers/question_clock.js";
import {connect as status} from "./controllers/status.js";
import {start} from "./core/start.js";

start({autosave, banner, counter, next_question, ordering, question_clock, status});
