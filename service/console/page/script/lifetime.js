/** What the page listens to, given up when the page is put together anew. */

let living = new AbortController();

/** Give up all that was listened to so far. */
export function begin() {
  living.abort();
  living = new AbortController();
}

/** Listen for as long as the page as it now stands. */
export function listen(target, name, listener) {
  target.addEventListener(name, listener, { signal: living.signal });
}

/** Call now and then, as long. */
export function every(milliseconds, act) {
  const timer = setInterval(act, milliseconds);
  living.signal.addEventListener("abort", () => clearInterval(timer));
}
