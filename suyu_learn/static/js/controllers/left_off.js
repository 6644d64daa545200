/* Goes back to the place in a lesson where one left off; it is remembered in this browser, for this person. */
import {forget, nameOf, read, write} from "../core/store.js";

export function connect(article) {
  const name = nameOf("place", article);
  let timer = 0;

  function blocks() {
    return Array.prototype.slice.call(article.querySelectorAll(".sl-reading > *, .sl-inlay"));
  }

  /* The first block that reaches below the top of the window, and how much of it has gone by. */
  function where() {
    const all = blocks();
    for (let at = 0; at < all.length; at += 1) {
      const box = all[at].getBoundingClientRect();
      if (box.bottom > 0) return {at: at, part: box.height ? Math.max(0, -box.top) / box.height : 0};
    }
    return null;
  }

  window.addEventListener("scroll", function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      if (!document.body.contains(article)) return;
      const place = window.pageYOffset > 40 ? where() : null;
      if (place && place.at > 0) write(name, place);
      else forget(name);
    }, 400);
  });

  const kept = read(name);
  const block = kept && !window.location.hash ? blocks()[kept.at] : null;
  if (block) {
    const box = block.getBoundingClientRect();
    window.scrollTo(0, window.pageYOffset + box.top + box.height * kept.part);
  }
}
