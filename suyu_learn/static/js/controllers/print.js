/* A button that prints the page; it is hidden where there is no script. */
export function connect(element) {
  element.hidden = false;
  element.addEventListener("click", function () { window.print(); });
}
