/* Keeps each answer of a page whose form is posted later, as soon as it was chosen, also before this script was there; one
   request after the other, so that an older one never arrives last. */
import {isTouched} from "../core/touched.js";

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
    if (isTouched(form)) send();
  }

  form.addEventListener("change", send);
  window.addEventListener("online", ifTouched);
  ifTouched();
}
