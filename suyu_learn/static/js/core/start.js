/* Finds data-controller="a b", connects each controller by its name, then says that all are ready. */
import {tell} from "./talk.js";

export function start(controllers) {
  document.documentElement.classList.add("has-script");
  document.querySelectorAll("[data-controller]").forEach(function (element) {
    element.dataset.controller.split(/\s+/).forEach(function (name) {
      if (controllers[name]) controllers[name](element);
    });
  });
  tell("ready");
}
