/** API keys, kept for this tab only: each with the name a person gave it, one of them in use. */

const PLACE = "keys";
const NONE = { all: [], used: -1 };

/** Every key of this tab, as `{name, secret}`. */
export function keys() {
  return read().all;
}

/** The one in use, or undefined. */
export function key() {
  const { all, used } = read();
  return all[used];
}

/** Add a key, or find it again, and use it. */
export function addKey(secret, name) {
  const { all } = read();
  const known = all.findIndex((one) => one.secret === secret);
  const next = known >= 0 ? all : [...all, { name: name || `…${secret.slice(-4)}`, secret }];
  write({ all: next, used: known >= 0 ? known : all.length });
}

export function chooseKey(index) {
  write({ ...read(), used: index });
}

/** Forget the key in use, as when the service says that it is none. */
export function dropKey() {
  const { all, used } = read();
  const rest = all.filter((_, index) => index !== used);
  write({ all: rest, used: rest.length - 1 });
}

/** What a request carries; nothing where no key was given. */
export function keyHeaders() {
  const found = key();
  return found === undefined ? {} : { Authorization: `Bearer ${found.secret}` };
}

function read() {
  return JSON.parse(sessionStorage.getItem(PLACE)) ?? NONE;
}

function write(state) {
  sessionStorage.setItem(PLACE, JSON.stringify(state));
}
