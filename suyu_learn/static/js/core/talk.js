/* How the parts of a page talk: events on the document, and words for screen readers. */
export function tell(name, detail) {
  document.dispatchEvent(new CustomEvent("suyu:" + name, {detail: detail || {}}));
}

export function hear(name, listener) {
  document.addEventListener("suyu:" + name, function (event) { listener(event.detail); });
}

export function announce(words) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = words;
}
