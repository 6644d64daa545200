/* Counts down to the opening by the server's seconds and the page's own monotonic clock, whatever the phone's clock
   says, and lets the button be pressed then. Asks about once a minute, and once more shortly before the opening,
   whether it was moved. Where many wait, a start within the first seconds is sent after a random pause. */
const EVERY = 45000;
const LAST = 20000;
const RUSH = 10000;

export function connect(element) {
  const time = element.querySelector("[data-time]");
  const said = element.querySelector("[data-said]");
  const shown = document.querySelector("[data-opening]");
  const form = document.getElementById("start");
  const button = form.querySelector("button");
  const label = button.querySelector("span");
  const notYet = label.textContent;
  const before = LAST * (0.25 + Math.random() * 0.75);
  let end = performance.now() + Number(element.dataset.seconds) * 1000;
  let opens = element.dataset.opens;
  const byItself = element.querySelector("[data-by-itself]");
  const badge = document.querySelector("[data-state]");
  const words = badge && badge.querySelector("span");
  const state = words && words.textContent;
  let held = element.hasAttribute("data-held");
  let open = false;
  let spread = 0;
  let asked = performance.now() - Math.random() * EVERY / 3;
  let wall = Date.now();
  let busy = false;

  element.querySelector("[data-by-hand]").hidden = true;
  byItself.hidden = false;
  fetchPaper();

  /* Where the browser does not fetch ahead by itself, the script of the paper is asked for like this. */
  function fetchPaper() {
    const links = document.createElement("link").relList;
    if (links && links.supports && links.supports("prefetch")) return;
    setTimeout(function () { fetch(element.dataset.paper).catch(function () {}); }, Math.random() * 10000);
  }

  function say(words) {
    if (words && said.textContent !== words) said.textContent = words;
  }

  function show() {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    time.textContent = held ? "" : parts.map(function (part) { return (part < 10 ? "0" : "") + part; }).join(":");
  }

  function letIn(may) {
    if (open === may) return;
    open = may;
    button.disabled = !may;
    label.textContent = may ? element.dataset.label : notYet;
    byItself.hidden = may;
    if (words) words.textContent = may ? badge.dataset.state : state;
    if (may) say(element.dataset.open);
  }

  function told(reply) {
    if (reply.state === "waiting" || reply.state === "open") {
      held = false;
      if (reply.state === "waiting" && String(reply.opens) !== opens) {
        opens = String(reply.opens);
        if (shown) shown.textContent = reply.time;
      }
      end = performance.now() + reply.seconds * 1000;
    } else {
      held = true;
    }
    spread = reply.spread * 1000;
    say(reply.said);
    tick();
  }

  function ask() {
    if (busy) return;
    busy = true;
    asked = performance.now();
    wall = Date.now();
    const url = element.dataset.ask + (element.dataset.ask.indexOf("?") < 0 ? "?" : "&") + "opens=" + opens;
    fetch(url, {credentials: "same-origin", headers: {"Accept": "application/json"}}).then(function (reply) {
      if (reply.status === 401 || reply.status === 404) window.location.reload();
      return reply.ok ? reply.json().then(told) : null;
    }).catch(function () {}).then(function () { busy = false; });
  }

  function tick() {
    show();
    const left = end - performance.now();
    letIn(!held && left <= 0);
    const since = performance.now() - asked;
    if (document.visibilityState === "hidden" || open) return;
    if (since > EVERY || (!held && left < before && since > before)) ask();
  }

  form.addEventListener("submit", function (event) {
    const pause = performance.now() - end < RUSH ? Math.random() * spread : 0;
    if (!pause || button.disabled) return;
    event.preventDefault();
    button.disabled = true;
    said.textContent = element.dataset.many;
    setTimeout(function () { form.submit(); }, pause);
  });
  document.addEventListener("visibilitychange", function () {
    const slept = Math.max(performance.now() - asked, Math.abs(Date.now() - wall));
    if (document.visibilityState !== "hidden" && !open && slept > LAST) ask();
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) window.location.reload();
  });
  setInterval(tick, 500);
  tick();
}
