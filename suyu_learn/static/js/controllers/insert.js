/* Puts pictures, formulas and tables into the text beside whose button one presses.

   Without script the button of a picture posts, and a formula is typed between signs $. */
const BLANK = "\u25a1";

export function connect(element) {
  const form = element.querySelector("form");
  const panel = form.querySelector("[data-add-picture]");
  const where = form.elements.picture_where;
  const menu = form.querySelector("[data-formulas]");
  const said = form.querySelector("[data-formula-said]");
  const home = menu.parentNode;
  let opener = null;

  function textOf(tools) {
    for (let at = tools.previousElementSibling; at; at = at.previousElementSibling) {
      const text = at.matches("textarea, input.sl-input") ? at : at.querySelector("textarea, input.sl-input");
      if (text) return text;
    }
    return null;
  }

  /* A row that was just added has a key of its own, which its button does not know yet. */
  function placeOf(button) {
    const row = button.closest("[data-row]");
    const place = button.value.replace("place:", "");
    return row ? place.replace(/[^-]*$/, row.querySelector("input[type=hidden]").value) : place;
  }

  function choosePicture(button) {
    const place = placeOf(button);
    if (!Array.from(where.options).some((one) => one.value === place)) {
      where.add(new Option(button.querySelector(".sl-hidden").textContent.trim(), place));
    }
    where.value = place;
    panel.open = true;
    panel.scrollIntoView({block: "center"});
    form.elements.picture.focus();
  }

  function close() {
    if (!opener) return;
    opener.setAttribute("aria-expanded", "false");
    menu.hidden = true;
    home.append(menu);
    opener = null;
  }

  function open(button) {
    close();
    opener = button;
    button.setAttribute("aria-expanded", "true");
    button.closest("[data-tools]").after(menu);
    menu.hidden = false;
    menu.querySelector("button").focus();
  }

  function insert(button) {
    const text = textOf(opener.closest("[data-tools]"));
    const from = text.selectionStart, to = text.selectionEnd;
    const chosen = text.value.slice(from, to), sample = chosen || button.dataset.sample || "";
    const within = text.value.slice(0, from).split("$").length % 2 === 0;
    const source = button.dataset.insert.replace(BLANK, () => sample);
    const alone = !within && button.dataset.sign;
    const made = alone ? button.dataset.sign : within ? source : "$" + source + "$" + (/^\d/.test(text.value.slice(to)) ? " " : "");
    close();
    text.focus();
    text.setRangeText(made, from, to, "end");
    if (!chosen && sample && !alone) {
      const at = from + made.indexOf(sample, made.indexOf(source) + button.dataset.insert.indexOf(BLANK));
      text.setSelectionRange(at, at + sample.length);
    }
    const format = form.elements.text_format;
    said.textContent = "";
    if (!alone && format && format.value === "plain") {
      format.value = "markdown";
      said.textContent = menu.dataset.says;
    }
    text.dispatchEvent(new Event("input", {bubbles: true}));
  }

  /* A table to be filled in, on lines of its own. */
  function insertTable(button) {
    const text = textOf(button.closest("[data-tools]")), head = button.dataset.table;
    const at = text.selectionEnd, before = text.value.slice(0, at);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const made = gap + "| " + head + " 1 | " + head + " 2 |\n|---|---|\n|  |  |\n|  |  |\n\n";
    text.focus();
    text.setRangeText(made, at, at, "end");
    text.setSelectionRange(at + gap.length + 2, at + gap.length + 4 + head.length);
    text.dispatchEvent(new Event("input", {bubbles: true}));
  }

  function move(event) {
    const all = Array.from(menu.querySelectorAll("button"));
    const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (event.key === "Escape") {
      const button = opener;
      close();
      button.focus();
    } else if (by) {
      all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
      event.preventDefault();
    }
  }

  form.querySelectorAll("[data-formula], [data-table]").forEach((button) => { button.hidden = false; });
  menu.addEventListener("keydown", move);
  form.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (!button || !menu.contains(button)) {
      const same = button && button === opener;
      close();
      if (same) return;
    }
    if (!button) return;
    if (button.hasAttribute("data-insert")) insert(button);
    else if (button.hasAttribute("data-formula")) open(button);
    else if (button.hasAttribute("data-table")) insertTable(button);
    else if (button.hasAttribute("data-picture")) {
      event.preventDefault();
      choosePicture(button);
    }
  }, true);
  form.addEventListener("input", function () {
    const texts = Array.from(form.querySelectorAll("textarea, input.sl-input"), (one) => one.value).join("\n");
    form.querySelectorAll("[data-sign]").forEach(function (one) {
      if (one.tagName === "LI") one.hidden = texts.indexOf(one.dataset.sign) < 0;
    });
  });
}
