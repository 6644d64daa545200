/* A button that copies a text area; without HTTPS by the old way, and where neither works the text is selected. */
export function connect(button) {
  const area = document.getElementById(button.dataset.of);
  const label = button.querySelector("[role=status]");

  function say(done) { label.textContent = done ? button.dataset.done : button.dataset.failed; }

  function selected() {
    area.focus();
    area.select();
    area.setSelectionRange(0, area.value.length);
    try { return document.execCommand("copy"); } catch (refused) { return false; }
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(area.value).then(function () { say(true); }, function () { say(selected()); });
    } else {
      say(selected());
    }
  });
}
