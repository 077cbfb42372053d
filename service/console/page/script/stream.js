/** Server-sent events read by fetch(): EventSource can send no key. */

import { ownHeaders, problem, withQuery } from "./http.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15_000;
const LONGEST_SILENCE = 45_000; // three of the service's pings: the connection is dead, though nobody said so

/**
 * Follow a stream, and come back after each cut from the last event that was seen, until `signal` aborts or the server
 * says that all was told (204). `told` gets each event as `{id, event, data}`; `opened` and `cut` tell of the
 * connection. Throws Problem where the service refuses and coming back is no use.
 */
export async function follow(path, { query = {}, told, opened = () => {}, cut = () => {}, signal, after = "" }) {
  let last = after;
  let pause = FIRST_PAUSE;
  const note = (event) => {
    last = event.id ?? last; // also of an event without data, which only says where the stream stands
    pause = FIRST_PAUSE;
    if (event.data !== undefined) told(event);
  };
  while (!signal.aborted) {
    const ended = await listen(path, query, last, note, opened, signal);
    if (ended) return;
    if (!signal.aborted) cut();
    await sleep(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

/** One connection, from beginning to end; true when there is nothing more to come. */
async function listen(path, query, last, told, opened, signal) {
  const headers = { Accept: "text/event-stream", ...ownHeaders(), ...(last ? { "Last-Event-ID": last } : {}) };
  try {
    const response = await fetch(withQuery(path, query), { headers, signal, cache: "no-store" });
    if (response.status === 204) return true;
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      throw problem(response.status, await response.text());
    }
    if (!response.ok) return false;
    opened();
    await read(response.body, told);
  } catch (error) {
    if (error.name === "Problem" || error.status) throw error;
  }
  return false;
}

/** The events of a body, one by one [WHATWG HTML, 9.2.6]. */
async function read(body, told) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await heard(reader);
    if (done) return;
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    blocks.map(parsed).forEach(told);
  }
}

/** The next piece, or the end when there was none for too long. */
async function heard(reader) {
  let timer;
  const silence = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ done: true }), LONGEST_SILENCE);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function parsed(block) {
  const event = { event: "message" };
  for (const line of block.split("\n")) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (name === "data") event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    else if (name === "event" || name === "id") event[name] = value;
  }
  return event.data === undefined ? event : { ...event, data: JSON.parse(event.data) };
}

function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
