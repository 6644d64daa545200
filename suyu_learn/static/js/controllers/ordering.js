/* Lines to be brought into order: by buttons, by keys, by dragging. The menus of the places stay what is sent. */
import {announce, hear} from "../core/talk.js";

export function connect(fieldset) {
  const list = fieldset.querySelector("ol");
  const places = Array.prototype.slice.call(fieldset.querySelectorAll("select"));
  let held = null;
  let from = 0;

  function lines() {
    return Array.prototype.slice.call(list.children);
  }

  function number(answered) {
    lines().forEach(function (line, at) { line.firstElementChild.textContent = answered ? at + 1 : "–"; });
  }

  function show() {
    const keys = places.map(function (place) { return place.value; });
    const whole = keys.every(function (key, at) { return key && keys.indexOf(key) === at; });
    if (whole) {
      keys.forEach(function (key) {
        list.appendChild(lines().filter(function (line) { return line.dataset.key === key; })[0]);
      });
    }
    number(whole);
  }

  function save(line) {
    lines().forEach(function (one, at) { places[at].value = one.dataset.key; });
    number(true);
    announce(fieldset.dataset.moved.replace("[item]", line.querySelector(".sl-order__text").textContent.trim())
      .replace("[place]", lines().indexOf(line) + 1));
    places[0].dispatchEvent(new Event("change", {bubbles: true}));
  }

  function move(line, by, button) {
    const at = lines().indexOf(line) + by;
    if (at < 0 || at >= list.children.length) return;
    list.insertBefore(line, by < 0 ? lines()[at] : lines()[at].nextElementSibling);
    button.focus();
    save(line);
  }

  function arrow(line, by, words) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sl-order__move" + (by > 0 ? " sl-order__move--down" : "");
    button.setAttribute("aria-label", words + ": " + line.querySelector(".sl-order__text").textContent.trim());
    button.addEventListener("click", function () { move(line, by, button); });
    line.appendChild(button);
  }

  /* A line under the pointer makes room; on the document, since a line that moves loses the pointer. */
  function follow(event) {
    const over = lines().filter(function (one) {
      const box = one.getBoundingClientRect();
      return event.clientY > box.top && event.clientY < box.bottom;
    })[0];
    if (!over || over === held) return;
    const box = over.getBoundingClientRect();
    const low = event.clientY > box.top + box.height / 2;
    if (low === lines().indexOf(over) > lines().indexOf(held)) {
      list.insertBefore(held, low ? over.nextElementSibling : over);
    }
  }

  function release() {
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("pointerup", release);
    document.removeEventListener("pointercancel", release);
    held.classList.remove("is-moving");
    if (lines().indexOf(held) !== from) save(held);
    held = null;
  }

  function draggable(line) {
    line.firstElementChild.addEventListener("pointerdown", function (event) {
      if (fieldset.disabled || held) return;
      event.preventDefault();
      held = line;
      from = lines().indexOf(line);
      line.classList.add("is-moving");
      document.addEventListener("pointermove", follow);
      document.addEventListener("pointerup", release);
      document.addEventListener("pointercancel", release);
    });
  }

  const note = document.createElement("p");
  note.className = "sl-field__hint";
  note.textContent = fieldset.dataset.note;
  fieldset.insertBefore(note, list);
  lines().forEach(function (line) {
    arrow(line, -1, fieldset.dataset.up);
    arrow(line, 1, fieldset.dataset.down);
    draggable(line);
  });
  fieldset.classList.add("is-sorted");
  hear("filled", show);
  show();
}
