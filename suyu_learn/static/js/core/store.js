/* The browser's storage, which may be missing, full or forbidden: then things live as long as the page. */
const memory = {};

export function read(name) {
  try {
    const text = window.localStorage.getItem(name);
    if (text !== null) return JSON.parse(text);
  } catch (error) { /* fall back to memory */ }
  return name in memory ? memory[name] : null;
}

export function write(name, value) {
  memory[name] = value;
  try {
    window.localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch (error) {
    return false;
  }
}

export function forget(name) {
  delete memory[name];
  try {
    window.localStorage.removeItem(name);
  } catch (error) { /* nothing was kept */ }
}

/* Whether what is kept outlives the page. */
export function lasts() {
  const name = "suyu:lasts";
  const done = write(name, 1);
  forget(name);
  return done;
}

export function nameOf(part, element) {
  return "suyu:" + part + ":" + element.dataset.person + ":" + element.dataset.key;
}
