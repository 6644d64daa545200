/* Keeps each answer of a page whose form is posted later, as soon as it was chosen, also before this script was there; one
   request after the other, so that an older one never arrives last. */
import {responseOf, shippedResponseOf} from "../core/responses.js";

export function connect(form) {
  const url = form.getAttribute("action");
  let busy = false;
  let again = false;

  function send() {
    again = busy;
    if (busy) return;
    busy = true;
    const how = {method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual", keepalive: true};
    fetch(url, how).catch(function () {}).then(function () {
      busy = false;
      if (again) send();
    });
  }

  function ifTouched() {
    const touched = Array.prototype.some.call(form.querySelectorAll("[data-slot]"), function (question) {
      return JSON.stringify(responseOf(question)) !== JSON.stringify(shippedResponseOf(question));
    });
    if (touched) send();
  }

  form.addEventListener("change", send);
  window.addEventListener("online", ifTouched);
  ifTouched();
}
