/* Sends the form of one question without leaving the page, and puts in what the reply says has changed.

   The reply is a piece of a page: each element with data-swap takes the place of the one with its id. */
export function connect(element) {
  function swap(text) {
    const reply = new DOMParser().parseFromString(text, "text/html");
    reply.querySelectorAll("[data-swap]").forEach(function (part) {
      const old = document.getElementById(part.id);
      if (old) old.replaceWith(part);
    });
  }

  element.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-mend") || !window.fetch) return;
    event.preventDefault();
    const data = new FormData(form);
    const button = event.submitter;
    if (button && button.name) data.set(button.name, button.value);
    const card = form.closest("[data-swap]");
    fetch(form.action, {method: "POST", body: data, credentials: "same-origin", headers: {"X-Fragment": "1"}, redirect: "error"})
      .then(function (response) {
        if (!response.ok) throw new Error(response.status);
        return response.text();
      })
      .then(function (text) {
        swap(text);
        const now = document.getElementById(card.id);
        if (now) (now.querySelector("[aria-invalid]") || now).focus();
      })
      .catch(function () {
        if (button && button.name) {
          const field = document.createElement("input");
          field.type = "hidden";
          field.name = button.name;
          field.value = button.value;
          form.append(field);
        }
        form.submit();
      });
  });
}
