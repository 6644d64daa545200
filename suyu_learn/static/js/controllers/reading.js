/* Counts the seconds in which a lesson is visible and reports them, each report with a key of its own.

   A report is kept in the browser until the server has it; what the line has lost goes out with the next page
   or when the line is back. The server counts a key once, and never more than has passed. */
import {forget, nameOf, read, write} from "../core/store.js";

const LONGEST = 30 * 24 * 3600;

export function connect(form) {
  const name = nameOf("reading", form);
  let since = null;
  let seconds = 0;

  function tick() {
    const now = performance.now();
    if (since !== null) seconds += Math.max(0, now - since) / 1000;
    since = document.visibilityState === "visible" ? now : null;
  }

  function kept() {
    return (read(name) || []).filter((one) => Date.now() - one.wall < LONGEST * 1000);
  }

  function drop(key) {
    const left = kept().filter((one) => one.key !== key);
    if (left.length) write(name, left);
    else forget(name);
  }

  /* What was counted since the last report, put by; null when it is less than a second. */
  function take() {
    tick();
    if (seconds < 1) return null;
    const key = Date.now().toString(36) + Math.random().toString(36).slice(2, 12);
    const report = {key: key, seconds: Math.floor(seconds), url: form.dataset.url, wall: Date.now()};
    seconds -= report.seconds;
    write(name, kept().concat(report));
    return report;
  }

  function parcel(report) {
    const data = new FormData();
    data.append("csrf_token", form.dataset.csrf);
    data.append("key", report.key);
    data.append("seconds", report.seconds);
    data.append("age", Math.max(0, Math.round((Date.now() - report.wall) / 1000)));
    return data;
  }

  /* Oldest first, one after the other, since counted time never goes back. */
  function flush() {
    const report = kept()[0];
    if (!report) return;
    fetch(report.url, {method: "POST", body: parcel(report), credentials: "same-origin", redirect: "manual"})
      .then(function (response) {
        if (response.type === "opaqueredirect" || response.status === 401 || response.status >= 500) return;
        drop(report.key);
        flush();
      }).catch(function () { /* the line is down: it goes out later */ });
  }

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") return tick();
    const report = take();
    if (report && navigator.sendBeacon) navigator.sendBeacon(report.url, parcel(report));
  });
  form.addEventListener("submit", function () {
    const report = take() || {seconds: 0, key: ""};
    form.elements.seconds.value = report.seconds;
    form.elements.time_key.value = report.key;
  });
  window.addEventListener("pagehide", take);
  window.addEventListener("online", flush);
  tick();
  flush();
}
