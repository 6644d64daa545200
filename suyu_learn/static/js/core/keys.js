/* A key under which the server counts something once. */
export function newKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2, 12);
}
