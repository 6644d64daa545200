/* Shows the next code of an event once the present one has run out, and says so when the line is down. */
const SHORTEST = 1000;
const AGAIN = 3000;
const PATIENCE = 8000;

export function connect(element) {
  const place = element.querySelector("[data-place]");
  let timer = 0;

  function wait(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(load, milliseconds);
  }

  function left() {
    const line = place.querySelector("[data-left]");
    return line ? Number(line.dataset.left) * 1000 : AGAIN;
  }

  function load() {
    const slow = setTimeout(function () { element.classList.add("is-stale"); }, PATIENCE);
    fetch(element.dataset.url, {credentials: "same-origin", headers: {"Accept": "text/html"}}).then(function (reply) {
      if (reply.redirected || !reply.ok) throw new Error("refused");
      return reply.text();
    }).then(function (html) {
      place.innerHTML = html;
      element.classList.remove("is-stale");
      wait(Math.max(SHORTEST, left()));
    }).catch(function () {
      element.classList.add("is-stale");
      wait(AGAIN);
    }).then(function () { clearTimeout(slow); });
  }

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden") load();
  });
  wait(Math.max(SHORTEST, left()));
}
