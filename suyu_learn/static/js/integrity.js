/* Beside sitting.js, which has said already that all is ready. */
import {connect} from "./controllers/integrity.js";

document.querySelectorAll("[data-controller=integrity]").forEach(connect);
