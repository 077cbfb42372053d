/** What is about to be sent: the files and what shall be done with them. Lives as long as the page, not in it. */

import { json, upload } from "./http.js";
import { tasks } from "./tasks.js";

const AT_ONCE = 2;
const PLACES = { analyze: "/background/analyze-image", tables: "/background/extract-tables" };
const TYPES = { analyze: "image_analysis", tables: "table_extraction" };
const FOR_TABLES_ONLY = /\.(pdf|docx|xlsx|xls)$/i;

/** Told as `files` when the list changes, and as `file` (its `detail`) when one of them does. */
class Draft extends EventTarget {
  kind = "analyze";
  wishes = { prompt: "", detail: "auto", model: "", pages: "", priority: "0", max_cost: "", callback_url: "", reuse: "" };
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

  /** Take out all that are not being sent. */
  clear() {
    this.files = this.files.filter((one) => one.state === "sending");
    this.tell("files");
  }

  /** Send all that wait; resolves when each was taken or refused, with the number of tasks they became. */
  async send() {
    const line = this.waiting;
    for (const one of line) Object.assign(one, { state: "sending", share: 0, problem: null });
    this.tell("files");
    const place = PLACES[this.kind];
    const wishes = this.#wishes();
    let taken = 0;
    const next = async () => {
      for (let one = line.shift(); one; one = line.shift()) {
        const count = await this.#sendOne(one, place, wishes); // before the sum is looked at: another may add to it
        taken += count;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    return taken;
  }

  /** What each that waits would come to: the answers, and the first problem where some could not be estimated. */
  async estimates() {
    const answers = [];
    let problem = null;
    for (const one of this.waiting) {
      const form = formOf(one, [...this.#wishes().filter(([name]) => name !== "reuse"), ["task_type", TYPES[this.kind]]]);
      try {
        answers.push(await json("POST", "/background/estimate", { body: form }));
      } catch (fault) {
        problem ??= fault;
      }
    }
    return { answers, problem };
  }

  /** How many tasks a file became: none when it was refused, several when it is a ZIP. */
  async #sendOne(one, place, wishes) {
    if (!this.files.includes(one)) return 0; // taken out while it stood in line
    const form = formOf(one, wishes);
    one.stop = new AbortController();
    const progress = (share) => {
      one.share = share;
      this.tell("file", one);
    };
    try {
      // The same key if this very file is sent again: an answer that was lost makes no second task.
      const answer = await upload(place, form, { "Idempotency-Key": `"${one.key}"` }, progress, one.stop.signal);
      this.remove(one);
      tasks.lookSoon();
      return answer.tasks?.length ?? 1;
    } catch (problem) {
      if (problem.name !== "AbortError") Object.assign(one, { state: "refused", problem });
      if (problem.status > 0) one.key = crypto.randomUUID(); // it was answered: the next try is a new question
      this.tell("file", one);
      return 0;
    }
  }

  #wishes() {
    const { prompt, detail, ...both } = this.wishes;
    const asked = this.kind === "analyze" ? this.wishes : both;
    return Object.entries(asked).filter(([, value]) => value.trim() !== "");
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function formOf(one, fields) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  form.append("file", one.file, one.file.name);
  return form;
}

export const draft = new Draft();
