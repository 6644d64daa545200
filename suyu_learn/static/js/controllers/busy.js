/* Once a form is sent that takes its time: says so with a moving sign, and does not send it again meanwhile.

   Who comes back to the page by the browser's own button finds the form as it was. */
export function connect(form) {
  const sign = document.getElementById(form.dataset.busy);
  const buttons = form.querySelectorAll("[type=submit]");

  function set(on) {
    form.toggleAttribute("data-sent", on);
    form.setAttribute("aria-busy", String(on));
    buttons.forEach((one) => { one.setAttribute("aria-disabled", String(on)); });
    sign.hidden = !on;
  }

  form.addEventListener("submit", function (event) {
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    set(true);
    sign.scrollIntoView({block: "nearest"});
  });
  window.addEventListener("pageshow", function () { set(false); });
}
