/** Which tasks are chosen: those ticked in the list, or all that match the filter, also those not on the screen. */

import { tasks } from "./tasks.js";

/** Told as `chosen` when it changes, also when what is known of a chosen task does. */
class Selection extends EventTarget {
  #chosen = new Map(); // id -> the task as it was last seen
  #beyond = false; // whether more are chosen than the list shows

  constructor() {
    super();
    tasks.addEventListener("anew", () => this.clear());
    tasks.addEventListener("list", () => this.#follow());
    tasks.addEventListener("task", ({ detail }) => this.#note(detail));
  }

  get tasks() {
    return [...this.#chosen.values()];
  }

  /** Whether every task that is listed is chosen. */
  get whole() {
    return tasks.list.length > 0 && tasks.list.every((task) => this.has(task.task_id));
  }

  has(id) {
    return this.#chosen.has(id);
  }

  choose(some, on) {
    for (const task of some) {
      if (on) this.#chosen.set(task.task_id, task);
      else this.#chosen.delete(task.task_id);
    }
    this.#beyond &&= on;
    this.#tell();
  }

  /** Choose all that match the filter. Throws Problem. */
  async everything() {
    const found = await tasks.all();
    this.#beyond = true;
    this.choose(found, true);
  }

  clear() {
    this.#chosen.clear();
    this.#beyond = false;
    this.#tell();
  }

  /** What has left the list is not chosen any more: nothing may be cancelled that nobody sees. */
  #follow() {
    const listed = new Map(tasks.list.map((task) => [task.task_id, task]));
    for (const id of this.#chosen.keys()) {
      if (listed.has(id)) this.#chosen.set(id, listed.get(id));
      else if (!this.#beyond) this.#chosen.delete(id);
    }
    this.#tell();
  }

  #note(task) {
    if (!this.has(task.task_id)) return;
    this.#chosen.set(task.task_id, task);
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("chosen"));
  }
}

export const selection = new Selection();
