/* Lines to be brought into order: by buttons, by keys, by dragging. The menus of the places stay what is sent. */
import {announce, hear} from "../core/talk.js";

export function connect(fieldset) {
  const list = fieldset.querySelector("ol");
  const places = Array.prototype.slice.call(fieldset.querySelectorAll("select"));

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

  function draggable(line) {
    const grip = line.firstElementChild;
    let from = null;
    grip.addEventListener("pointerdown", function (event) {
      if (fieldset.disabled) return;
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      from = lines().indexOf(line);
      line.classList.add("is-moving");
    });
    grip.addEventListener("pointermove", function (event) {
      if (from === null) return;
      const over = lines().filter(function (one) {
        const box = one.getBoundingClientRect();
        return one !== line && event.clientY > box.top && event.clientY < box.bottom;
      })[0];
      if (!over) return;
      list.insertBefore(line, lines().indexOf(over) < lines().indexOf(line) ? over : over.nextElementSibling);
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      grip.addEventListener(name, function () {
        if (from === null) return;
        line.classList.remove("is-moving");
        if (lines().indexOf(line) !== from) save(line);
        from = null;
      });
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
