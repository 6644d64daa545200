/* Reads and fills the answer of a question, by its type. */
function inputs(question) {
  return Array.prototype.slice.call(question.querySelectorAll("input[name]"));
}

function valueOf(input) {
  return input.value;
}

export function responseOf(question) {
  const all = inputs(question);
  if (question.dataset.type === "fill_in") return all.map(valueOf);
  const chosen = all.filter(function (input) { return input.checked; }).map(valueOf);
  if (question.dataset.type === "multiple") return chosen;
  if (!chosen.length) return null;
  return question.dataset.type === "true_false" ? chosen[0] === "true" : chosen[0];
}

export function isAnswered(question) {
  const response = responseOf(question);
  if (Array.isArray(response)) {
    const filled = function (text) { return text.trim() !== ""; };
    return response.length > 0 && (question.dataset.type === "fill_in" ? response.every(filled) : true);
  }
  return response !== null;
}

export function fill(question, response) {
  inputs(question).forEach(function (input, index) {
    if (question.dataset.type === "fill_in") input.value = (response && response[index]) || "";
    else if (Array.isArray(response)) input.checked = response.indexOf(input.value) >= 0;
    else input.checked = input.value === String(response);
  });
}
