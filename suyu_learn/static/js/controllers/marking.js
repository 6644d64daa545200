/* Marks by the keyboard: letters tick and the sum stands in the points, arrows change them; Enter sends the form. */

export function connect(form) {
  const points = form.querySelector("#points");
  const ticks = Array.from(form.querySelectorAll("[data-points]"));
  const full = Number(form.dataset.full);
  form.querySelector("[data-keys]").hidden = false;

  function show(value) {
    points.value = Math.round(Math.min(full, Math.max(0, value)) * 100) / 100;
  }

  function add() {
    const met = ticks.filter((tick) => tick.checked);
    show(met.length === ticks.length ? full : met.reduce((sum, tick) => sum + Number(tick.dataset.points), 0));
  }

  ticks.forEach((tick) => tick.addEventListener("change", add));
  form.addEventListener("keydown", (event) => {
    const step = {ArrowUp: 1, ArrowDown: -1}[event.key];
    const tick = ticks.find((one) => one.dataset.letter === event.key.toLowerCase());
    if (!event.target.matches("#points, [type=checkbox]") || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (step && event.target === points) {
      show(Number(points.value) + step * form.dataset.step);
    } else if (tick) {
      tick.checked = !tick.checked;
      add();
    } else {
      return;
    }
    event.preventDefault();
  });
}
