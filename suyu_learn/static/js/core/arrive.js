/* Goes to a question that is in sight: its beginning on the screen, the keys at its first field. */
export function arrive(question) {
  question.scrollIntoView({block: "start"});
  const fields = Array.prototype.slice.call(question.querySelectorAll("input, select, textarea, button"));
  const field = fields.filter(function (one) { return one.offsetParent !== null; })[0];
  if (field) field.focus({preventScroll: true});
}
