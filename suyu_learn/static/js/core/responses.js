/* Reads and fills the answer of a question by the shape that its template names in data-shape:
   "one" of several choices (where none is named), "many" of them, a "list" of fields, or a "text". */
import {tell} from "./talk.js";

function fields(question) {
  return Array.prototype.slice.call(question.querySelectorAll("input[name], select[name], textarea[name]"));
}

function shapeOf(question) {
  const shaped = question.querySelector("[data-shape]");
  return shaped ? shaped.dataset.shape : "one";
}

function valueOf(field) {
  return field.value;
}

function shippedValueOf(field) {
  if (!field.options) return field.defaultValue;
  const option = [].filter.call(field.options, function (one) { return one.defaultSelected; })[0] || field.options[0];
  return option.value;
}

function read(question, valueOf, checked) {
  const all = fields(question);
  const shape = shapeOf(question);
  if (shape === "list") return all.map(valueOf);
  if (shape === "text") return valueOf(all[0]) || null;
  const chosen = all.filter(function (field) { return field[checked]; }).map(function (field) { return field.value; });
  return shape === "many" ? chosen : chosen[0] || null;
}

export function responseOf(question) {
  return read(question, valueOf, "checked");
}

/* The answer that came with the page, whatever has been chosen since, also before this script was there. */
export function shippedResponseOf(question) {
  return read(question, shippedValueOf, "defaultChecked");
}

export function isAnswered(question) {
  const response = responseOf(question);
  const filled = function (text) { return text.trim() !== ""; };
  if (Array.isArray(response)) return response.length > 0 && response.every(filled);
  return response !== null && filled(response);
}

export function fill(question, response) {
  const shape = shapeOf(question);
  fields(question).forEach(function (field, index) {
    if (shape === "list") field.value = (response && response[index]) || "";
    else if (shape === "text") field.value = response || "";
    else field.checked = [].concat(response).map(String).indexOf(field.value) >= 0;
  });
  tell("filled");
}
