/* Loads the board's figures and rows anew every few seconds while it is in sight; keeps ticks and the focus. */
import {announce} from "../core/talk.js";

export function connect(element) {
  const place = element.querySelector("[data-rows]");
  const again = element.querySelector("[data-again]");
  const every = Number(element.dataset.every) * 1000;
  let said = told();
  let busy = false;

  function told() {
    const line = place.querySelector("[data-told]");
    return line ? line.textContent.trim() : "";
  }

  function ticked() {
    return Array.prototype.map.call(place.querySelectorAll("input[type=checkbox]:checked"), function (box) {
      return box.value;
    });
  }

  function show(html) {
    const ticks = ticked();
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.innerHTML = html;
    place.querySelectorAll("input[type=checkbox]").forEach(function (box) {
      box.checked = ticks.indexOf(box.value) >= 0;
    });
    const back = focused ? document.getElementById(focused) : null;
    if (back) back.focus({preventScroll: true});
    if (told() !== said) announce(told());
    said = told();
  }

  function load() {
    if (busy || document.visibilityState === "hidden") return;
    busy = true;
    fetch(element.dataset.url, {credentials: "same-origin", headers: {"Accept": "text/html"}}).then(function (reply) {
      if (reply.redirected || !reply.ok) throw new Error("refused");
      return reply.text();
    }).then(function (html) {
      show(html);
      element.classList.remove("is-stale");
    }).catch(function () {
      element.classList.add("is-stale");
    }).then(function () { busy = false; });
  }

  setInterval(load, every);
  document.addEventListener("visibilitychange", load);
  again.addEventListener("click", function (event) {
    event.preventDefault();
    load();
  });
}
