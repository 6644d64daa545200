/* Sends a large file and shows how much of it has come; one that is too large is not sent at all.

   Without script the form posts as it is. */
const MB = 1024 * 1024;

export function connect(form) {
  const file = form.querySelector("input[type=file]");
  const said = form.querySelector("[data-said]");
  const way = form.querySelector("[data-way]");
  const words = way.querySelector("p");
  const pattern = words.textContent;
  const bar = way.querySelector("progress");
  const buttons = form.querySelectorAll("[type=submit]");
  let busy = false;

  function tell(sentence) {
    said.textContent = sentence;
    said.hidden = !sentence;
  }

  function tooLarge() {
    const chosen = file.files[0];
    const refused = Boolean(chosen) && chosen.size > Number(form.dataset.most) * MB;
    tell(refused ? form.dataset.tooLarge : "");
    return refused;
  }

  function set(on) {
    busy = on;
    way.hidden = !on;
    form.setAttribute("aria-busy", String(on));
    buttons.forEach(function (one) { one.setAttribute("aria-disabled", String(on)); });
  }

  function show(come, all) {
    bar.value = all ? come / all : 0;
    words.textContent = pattern.replace("{0}", Math.floor(come / MB)).replace("{1}", Math.ceil(all / MB));
  }

  function arrived(request) {
    let reply = {};
    try { reply = JSON.parse(request.responseText) || {}; } catch (error) { /* a page, as that of signing in */ }
    if (reply.url) window.location.href = reply.url;
    else if (reply.message) { set(false); tell(reply.message); }
    else window.location.reload();
  }

  form.addEventListener("submit", function (event) {
    if (busy || tooLarge()) { event.preventDefault(); return; }
    if (!("upload" in new XMLHttpRequest())) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.onprogress = function (event) { show(event.loaded, event.total); };
    request.onload = function () { arrived(request); };
    request.onerror = function () { set(false); tell(form.dataset.lost); };
    show(0, file.files[0] ? file.files[0].size : 0);
    set(true);
    way.scrollIntoView({block: "nearest"});
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(new FormData(form));
  });
  file.addEventListener("change", tooLarge);
  window.addEventListener("pageshow", function () { set(false); });
}
