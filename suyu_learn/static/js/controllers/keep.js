/* Keeps each answer of a page whose form is posted later, as soon as it was chosen. */
export function connect(form) {
  const url = form.getAttribute("action");
  form.addEventListener("change", function () {
    const how = {method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual", keepalive: true};
    fetch(url, how).catch(function () {});
  });
}
