/* Folds a menu away when one presses Escape or goes elsewhere. */
export function connect(element) {
  document.addEventListener("click", function (event) {
    if (!element.contains(event.target)) element.open = false;
  });
  element.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    element.querySelector("summary").focus();
  });
}
