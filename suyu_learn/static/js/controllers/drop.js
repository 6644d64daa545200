/* Takes a file that is dropped anywhere on the page into the form's file field, and says its name. */
export function connect(form) {
  const field = form.querySelector("input[type=file]");
  const name = form.querySelector("[data-name]");

  function carriesFile(event) {
    return event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
  }

  function say() {
    const file = field.files[0];
    name.textContent = file ? form.dataset.chosen.replace("%(name)s", file.name) : "";
  }

  document.addEventListener("dragover", function (event) {
    if (!carriesFile(event)) return;
    event.preventDefault();
    field.classList.add("is-over");
  });
  document.addEventListener("dragleave", function (event) {
    if (!event.relatedTarget) field.classList.remove("is-over");
  });
  document.addEventListener("drop", function (event) {
    if (!carriesFile(event)) return;
    event.preventDefault();
    field.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    say();
    form.querySelector("[type=submit]").focus();
  });
  field.addEventListener("change", say);
}
