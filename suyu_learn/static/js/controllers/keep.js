/* Keeps what was chosen on a page whose form is posted later: a moment after each change, and when the page is left. */
const PAUSE = 800;

export function connect(form) {
  const url = form.getAttribute("action");
  let waiting = 0;

  function send() {
    waiting = clearTimeout(waiting);
    const body = new FormData(form);
    if (document.visibilityState === "hidden" && navigator.sendBeacon) navigator.sendBeacon(url, body);
    else fetch(url, {method: "POST", body: body, credentials: "same-origin", redirect: "manual"}).catch(function () {});
  }

  form.addEventListener("change", function () {
    clearTimeout(waiting);
    waiting = setTimeout(send, PAUSE);
  });
  form.addEventListener("submit", function () { waiting = clearTimeout(waiting); });
  document.addEventListener("visibilitychange", function () {
    if (waiting && document.visibilityState === "hidden") send();
  });
}
