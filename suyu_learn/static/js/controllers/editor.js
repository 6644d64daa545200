/* The editor of a question: rows come and go without a round trip, and what is typed is shown beside it.

   Without script the same buttons post the form. A row is copied from one that is there, emptied, and given a key
   of its own; the last row of a list is emptied instead of removed. */
const WAIT = 600;

export function connect(element) {
  const form = element.querySelector("form");
  const shown = element.querySelector("[data-shown]");
  let timer = 0;
  let asked = 0;

  function freshKey() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(4));
    return Array.from(bytes, (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
  }

  function rowsOf(list) {
    return Array.from(list.querySelectorAll("[data-row]"));
  }

  function number(list) {
    rowsOf(list).forEach(function (row, place) {
      const at = String(place + 1);
      row.querySelectorAll("[id]").forEach((one) => { one.id = one.id.replace(/\d+$/, at); });
      row.querySelectorAll("[for]").forEach((one) => { one.htmlFor = one.htmlFor.replace(/\d+$/, at); });
      row.querySelectorAll(".sl-rows__act").forEach((one) => { one.value = one.value.replace(/\d+$/, at); });
      row.querySelectorAll(".sl-hidden, .sl-rows__label").forEach(function (one) {
        one.textContent = one.textContent.replace(/\d+/, at);
      });
    });
  }

  function empty(row) {
    const name = row.querySelector("input[type=hidden]").name;
    const key = freshKey();
    row.classList.remove("is-wrong");
    row.querySelectorAll(".sl-field__error, [data-shown-pictures]").forEach((one) => one.remove());
    row.querySelectorAll("input, textarea, select").forEach(function (one) {
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-describedby");
      if (one.name === name) one.value = key;
      else if (one.type === "checkbox" || one.type === "radio") { one.value = key; one.checked = false; }
      else if (one.tagName === "SELECT") one.selectedIndex = 0;
      else one.value = "";
    });
  }

  function focusIn(row) {
    const first = row && row.querySelector("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea");
    if (first) first.focus();
  }

  function add(list, button) {
    const rows = rowsOf(list);
    const last = rows[rows.length - 1];
    if (!last) return false;
    const made = last.cloneNode(true);
    empty(made);
    list.insertBefore(made, button);
    number(list);
    focusIn(made);
    return true;
  }

  function remove(list, row) {
    const rows = rowsOf(list);
    if (rows.length === 1) empty(row);
    else row.remove();
    number(list);
    focusIn(rowsOf(list)[0]);
  }

  function move(list, row, by) {
    const rows = rowsOf(list);
    const other = rows[rows.indexOf(row) + by];
    if (!other) return;
    list.insertBefore(by < 0 ? row : other, by < 0 ? other : row);
    number(list);
    row.querySelector(by < 0 ? "[data-up]" : "[data-down]").focus();
  }

  form.addEventListener("click", function (event) {
    const button = event.target.closest("[data-add], [data-remove], [data-up], [data-down]");
    const list = button && button.closest("[data-rows]");
    if (!list) return;
    const row = button.closest("[data-row]");
    if (button.hasAttribute("data-add")) { if (!add(list, button)) return; }
    else if (button.hasAttribute("data-remove")) remove(list, row);
    else move(list, row, button.hasAttribute("data-up") ? -1 : 1);
    event.preventDefault();
    later();
  });

  function preview() {
    const mine = ++asked;
    const data = new FormData(form);
    data.delete("picture");
    fetch(element.dataset.preview, {method: "POST", body: data, credentials: "same-origin"})
      .then((response) => (response.ok ? response.text() : null))
      .then(function (html) {
        if (html === null || mine !== asked) return;
        const open = shown.querySelector("details[open]");
        shown.innerHTML = html;
        const fold = shown.querySelector("details");
        if (open && fold) fold.open = true;
      }).catch(function () { /* the line is down: the button still shows it */ });
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(preview, WAIT);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  const first = form.elements.stem || form.elements.text;
  if (first.value) preview();
}
