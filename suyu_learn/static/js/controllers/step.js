/* Posts a form by itself, once the page is there: a step of long work, as the button beside it does by hand. */
export function connect(form) {
  window.setTimeout(function () {
    if (form.isConnected) form.submit();
  }, 300);
}
