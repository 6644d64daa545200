/* Whether a form has other answers by now than the page came with. */
export function isTouched(form) {
  return Array.prototype.some.call(form.elements, function (field) {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.options) return isChosenAnew(Array.prototype.slice.call(field.options));
    return field.type !== "hidden" && field.defaultValue !== undefined && field.value !== field.defaultValue;
  });
}

/* Of a menu without a default the browser shows the first line. */
function isChosenAnew(options) {
  const usual = options.some(function (one) { return one.defaultSelected; });
  return options.some(function (one, at) { return one.selected !== (usual ? one.defaultSelected : at === 0); });
}
