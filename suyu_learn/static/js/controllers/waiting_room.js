/* Counts down to the opening, then loads the page again, not all phones in the same second. */
export function connect(element) {
  const place = element.querySelector("[data-time]");
  const end = performance.now() + Number(element.dataset.seconds) * 1000;
  const spread = Math.random() * 4000;
  const timer = setInterval(function () {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    place.textContent = parts.map(function (part) { return (part < 10 ? "0" : "") + part; }).join(":");
    if (performance.now() < end + spread) {
      if (seconds === 0) place.textContent = element.dataset.opening;
      return;
    }
    clearInterval(timer);
    window.location.reload();
  }, 500);
}
