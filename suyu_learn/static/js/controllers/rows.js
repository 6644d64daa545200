/* In a list of points, Enter goes to the next person instead of sending the form. */
export function connect(form) {
  const fields = Array.prototype.slice.call(form.querySelectorAll("input[name^=p]"));

  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") return;
    const row = event.target.closest("li");
    const here = row ? fields.indexOf(row.querySelector("input[name^=p]")) : -1;
    event.preventDefault();
    const next = fields[here + 1] || form.querySelector("button[type=submit]");
    if (next) next.focus();
    if (next && next.select) next.select();
  });
}
