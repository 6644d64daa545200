/* Counts how often and how long the page of a paper is left, tells the server, and the learner if the exam wants it.

   Left is when the page is hidden or its window is not in front, for 3 seconds or more; a list of choices that opens
   in a window of its own is no leave, nor is a way within our own pages, nor what happens while the exam is paused.
   Once the browser has let the page go, only what it saw until then is sure: a dead line may keep it from coming back. */
import {keepLeaves, keptLeaves, tellLeaves} from "../core/leaves.js";
import {forget, nameOf, read, write} from "../core/store.js";
import {hear, tell} from "../core/talk.js";

const SHORTEST = 3000;
const AGAIN = 15000;
/* How a page was opened, as the browser numbers it. */
const RELOAD = 1;
const BACK = 2;
const OWN_WINDOWS = ["SELECT", "IFRAME"];

export function connect(element) {
  const form = document.getElementById("paper");
  const epoch = Number(form.dataset.epoch);
  const open = nameOf("away", form);
  const words = element.querySelector("[data-words]");
  let count = Number(element.dataset.count);
  let number = 0;
  let since = 0;
  let watch = 0;
  let gone = false;
  let excused = false;
  let over = false;
  let busy = false;
  let timer = 0;
  form.dataset.leaves = element.dataset.url;

  function paused() {
    const note = document.getElementById("pause");
    return note && !note.hidden;
  }

  function leave() {
    if (since || excused || over || paused()) return;
    since = Date.now();
    see();
    watch = setInterval(see, 1000);
  }

  /* What a page that does not come back has seen of its own leave. */
  function see() {
    if (!since || gone) return;
    write(open, {epoch: epoch, number: number + 1, wall: since, seen: Date.now(), hidden: document.hidden});
  }

  function back() {
    gone = false;
    if (!since) return;
    const away = Date.now() - since;
    since = 0;
    clearInterval(watch);
    forget(open);
    if (away >= SHORTEST) note(epoch, number += 1, away, Date.now());
  }

  function note(of, place, away, wall) {
    const seconds = Math.round(away / 1000);
    keepLeaves(form, keptLeaves(form).concat([{epoch: of, number: place, seconds: seconds, wall: wall}]));
    count += 1;
    if (element.dataset.warning) {
      words.textContent = element.dataset.warning.replace("{seconds}", seconds).replace("{count}", count);
      element.hidden = false;
      element.scrollIntoView({block: "center"});
      element.focus({preventScroll: true});
    }
    send();
  }

  function send() {
    clearTimeout(timer);
    if (busy || !keptLeaves(form).length) return;
    busy = true;
    tell("collect");
    tellLeaves(form).then(function (said) {
      busy = false;
      if (said && (said.closed || said.off)) {
        over = element.hidden = true;
        if (said.closed) tell("closed");
      } else if (said && typeof said.count === "number") {
        count = said.count;
        send();
      } else if (!said || said.csrf_token || said.status >= 500) {
        timer = setTimeout(send, said && said.csrf_token ? 1000 : AGAIN);
      }
    });
  }

  /* The browser let the page go and opened it anew. Gone on to another page and back is a leave of that time, hidden is
     one as long as it was seen, closed is a short one; a reload is none, since its line may have been dead. */
  function takeUp() {
    const left = read(open);
    forget(open);
    if (!left || !window.performance || !performance.timing) return;
    const way = performance.navigation.type;
    const passed = performance.timing.navigationStart - left.wall;
    const seen = (left.seen || left.wall) - left.wall;
    if (passed < SHORTEST) return;
    if (way === BACK) note(left.epoch, left.number, passed, left.wall + passed);
    else if (left.hidden || seen >= SHORTEST || way !== RELOAD) {
      const away = Math.max(SHORTEST, seen);
      note(left.epoch, left.number, away, left.wall + away);
    }
  }

  function excuse() {
    excused = true;
    setTimeout(function () { excused = false; }, SHORTEST);
  }

  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) return back();
    leave();
    see();
  });
  window.addEventListener("blur", function () {
    const at = document.activeElement;
    if (!at || OWN_WINDOWS.indexOf(at.tagName) < 0) leave();
  });
  window.addEventListener("focus", back);
  ["pointerdown", "touchstart", "keydown"].forEach(function (name) {
    document.addEventListener(name, function () { if (!document.hidden) back(); }, true);
  });
  window.addEventListener("pagehide", function () {
    leave();
    see();
    gone = true;
  });
  window.addEventListener("pageshow", back);
  document.addEventListener("click", function (event) {
    const way = event.target.closest ? event.target.closest("a[href], [data-reload], [form]") : null;
    if (!way || (way.getAttribute("href") || "").charAt(0) === "#") return;
    if (!way.href || way.host === window.location.host) excuse();
  });
  element.querySelector("[data-close]").addEventListener("click", function () { element.hidden = true; });
  window.addEventListener("online", send);
  ["signin", "elsewhere", "closed"].forEach(function (name) { hear(name, function () { over = true; }); });
  hear("status", function (detail) {
    if (detail.state === "submitting") over = true;
    if (detail.state === "saved") send();
  });
  keepAwake();
  takeUp();
  send();
}

/* A screen that goes dark by itself would be a leave that nobody meant; where the phone lets us, it stays on. */
function keepAwake() {
  if (!navigator.wakeLock) return;
  function ask() {
    if (!document.hidden) navigator.wakeLock.request("screen").catch(function () { /* it may refuse */ });
  }
  document.addEventListener("visibilitychange", ask);
  ask();
}
