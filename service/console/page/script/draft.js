/** What is about to be sent: the files and what shall be done with them. Lives as long as the page, not in it. */

import { upload } from "./http.js";
import { tasks } from "./tasks.js";

const AT_ONCE = 2;
const PLACES = { analyze: "/background/analyze-image", tables: "/background/extract-tables" };
const FOR_TABLES_ONLY = /\.(pdf|docx|xlsx|xls)$/i;

/** Told as `files` when the list changes, and as `file` (its `detail`) when one of them does. */
class Draft extends EventTarget {
  kind = "analyze";
  wishes = { prompt: "", detail: "auto", model: "", priority: "0" };
  files = [];

  /** Add files; each is `{file, state, share, problem}`, its state `ready`, `sending` or `refused`. */
  add(files) {
    const fresh = files.map((file) => ({ file, key: crypto.randomUUID(), state: "ready", share: 0, problem: null }));
    this.files.push(...fresh);
    this.tell("files");
  }

  remove(one) {
    one.stop?.abort();
    this.files = this.files.filter((other) => other !== one);
    this.tell("files");
  }

  get waiting() {
    return this.files.filter((one) => one.state !== "sending");
  }

  /** Whether some of the files only make sense for the other kind of task. */
  get misfits() {
    return this.kind === "analyze" && this.files.some((one) => FOR_TABLES_ONLY.test(one.file.name));
  }

  /** Send all that wait; resolves when each was taken or refused, with the number of those taken. */
  async send() {
    const line = this.waiting;
    for (const one of line) Object.assign(one, { state: "sending", share: 0, problem: null });
    this.tell("files");
    const place = PLACES[this.kind];
    const wishes = this.#wishes();
    let taken = 0;
    const next = async () => {
      for (let one = line.shift(); one; one = line.shift()) {
        if (await this.#sendOne(one, place, wishes)) taken += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    return taken;
  }

  async #sendOne(one, place, wishes) {
    if (!this.files.includes(one)) return false; // taken out while it stood in line
    const form = new FormData();
    for (const [name, value] of wishes) form.append(name, value);
    form.append("file", one.file, one.file.name);
    one.stop = new AbortController();
    const progress = (share) => {
      one.share = share;
      this.tell("file", one);
    };
    try {
      // The same key if this very file is sent again: an answer that was lost makes no second task.
      await upload(place, form, { "Idempotency-Key": `"${one.key}"` }, progress, one.stop.signal);
      this.remove(one);
      tasks.lookSoon();
      return true;
    } catch (problem) {
      if (problem.name !== "AbortError") Object.assign(one, { state: "refused", problem });
      if (problem.status > 0) one.key = crypto.randomUUID(); // it was answered: the next try is a new question
      this.tell("file", one);
      return false;
    }
  }

  #wishes() {
    const { prompt, detail, model, priority } = this.wishes;
    const asked = this.kind === "analyze" ? { prompt, detail, model, priority } : { model, priority };
    return Object.entries(asked).filter(([, value]) => value.trim() !== "");
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const draft = new Draft();
