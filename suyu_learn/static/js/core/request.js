/* One JSON request, given up after a while. */
const PATIENCE = 20000;

/* Null when the line is down; otherwise the status and what the server said. */
export function request(method, url, token, body, type) {
  const control = typeof AbortController === "function" ? new AbortController() : null;
  const timer = setTimeout(function () { if (control) control.abort(); }, PATIENCE);
  const headers = {"X-CSRF-Token": token, "Accept": "application/json", "Content-Type": type};
  return fetch(url, {
    method: method, body: body, headers: headers, credentials: "same-origin", redirect: "manual",
    signal: control ? control.signal : undefined,
  }).then(function (response) {
    const reply = {ok: response.ok, status: response.status, moved: response.type === "opaqueredirect", said: {}};
    return response.text().then(function (text) {
      try {
        reply.said = JSON.parse(text) || {};
      } catch (error) { /* not JSON: the status tells enough */ }
      return reply;
    });
  }).catch(function () { return null; }).then(function (reply) {
    clearTimeout(timer);
    return reply;
  });
}
