/** The tasks on the screen: the list by the filter in use, kept up to date by the service's stream of events. */

import { json } from "./http.js";
import { follow } from "./stream.js";

export const STATES = ["pending", "processing", "completed", "failed", "cancelled"];
export const FINAL = new Set(["completed", "failed", "cancelled"]);
export const NO_FILTER = { status: "", task_type: "", batch_id: "", period: "", created_after: "", created_before: "" };

const PAGE = 50;
const LARGEST_PAGE = 1000;
const GATHER = 400; // ms in which several news cause one look; a ms more for each task that is shown
const LOOK = 3000; // ms between two looks while there is no stream
const POSITIONS = 20; // waiting tasks whose place is asked for, first come first

/**
 * What changed is told by events: `list` (which tasks, or their order), `task` (one of them, in `detail`), `live`, and
 * `anew` when all that was listed is given up for another filter or key.
 */
class Tasks extends EventTarget {
  list = [];
  total = 0;
  loading = true;
  problem = null;
  live = false;
  filter = { ...NO_FILTER };
  #next = "";
  #gathering = null;
  #following = new AbortController();
  #listing = new AbortController();
  #before = Promise.resolve(); // the question before, answered or not

  get hasMore() {
    return this.#next !== "";
  }

  get filtered() {
    return Object.values(this.filter).some((value) => value !== "");
  }

  /** Show a client's tasks and follow them: at the start, and again when another key is used. */
  async start() {
    this.#following.abort();
    this.#following = new AbortController();
    void this.#follow(this.#following.signal);
    this.#watch(this.#following.signal);
    await this.restart();
  }

  /** List anew, as when the filter changed: nothing that is shown may stay. */
  async restart(filter = this.filter) {
    this.#listing.abort();
    this.#listing = new AbortController();
    Object.assign(this, { filter, list: [], total: 0, loading: true, problem: null });
    this.#tell("anew");
    this.#tell("list");
    await this.load();
    await this.#askPlaces();
  }

  /** Look again at as many as are shown. */
  async load() {
    const query = () => ({ page_size: Math.min(LARGEST_PAGE, Math.max(PAGE, this.list.length)) });
    await this.#inTurn(query, (found) => found);
  }

  /** The next page, below those that are shown. */
  async more() {
    const query = () => ({ page_size: PAGE, page_token: this.#next });
    await this.#inTurn(query, (found) => {
      const known = new Set(this.list.map((task) => task.task_id));
      return [...this.list, ...found.filter((task) => !known.has(task.task_id))];
    });
  }

  /** All that match the filter, shown or not. Throws Problem. */
  async all() {
    const found = [];
    const { signal } = this.#listing;
    let token = "";
    do {
      const answer = await this.#asked({ page_size: LARGEST_PAGE, page_token: token }, signal);
      found.push(...answer.tasks);
      token = answer.next_page_token;
    } while (token !== "");
    return found;
  }

  /** Take in what another request told of a task. */
  put(task) {
    const place = this.list.findIndex((one) => one.task_id === task.task_id);
    if (place < 0) return;
    this.list[place] = task;
    this.#tell("task", task);
  }

  /** Something happened that only the service knows in full: look soon. */
  lookSoon() {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      void this.load();
    }, GATHER + this.list.length);
  }

  /** One question after the other, for each begins where the one before left the list. */
  #inTurn(query, arrange) {
    const { signal } = this.#listing;
    this.#before = this.#before.then(() => this.#page(query, arrange, signal));
    return this.#before;
  }

  async #page(query, arrange, signal) {
    if (signal.aborted) return; // another filter or key was chosen meanwhile
    try {
      const answer = await this.#asked(query(), signal);
      const kept = new Map(this.list.map((task) => [task.task_id, task]));
      this.list = arrange(answer.tasks).map((task) => ({ ...places(kept.get(task.task_id), task), ...task }));
      Object.assign(this, { total: answer.total_count, loading: false, problem: null });
      this.#next = answer.next_page_token;
    } catch (problem) {
      if (signal.aborted) return;
      Object.assign(this, { loading: false, problem });
    }
    this.#tell("list");
  }

  #asked(page, signal) {
    const { period: _, ...filter } = this.filter;
    return json("GET", "/background/all-tasks", { query: { ...filter, ...page }, signal });
  }

  async #follow(signal) {
    const living = (live) => () => {
      this.live = live;
      this.#tell("live");
      if (live) this.lookSoon(); // for what happened before
    };
    try {
      const told = (event) => this.#note(event);
      await follow("/background/events", { told, opened: living(true), cut: living(false), signal });
    } catch {
      living(false)(); // refused for good: the looks go on
    }
  }

  #note({ data }) {
    const known = this.list.find((task) => task.task_id === data.task_id);
    if (known === undefined || known.status !== data.status) this.lookSoon();
    if (known !== undefined && !FINAL.has(known.status)) this.put({ ...known, ...step(data) });
  }

  /** While there is no stream look now and then; and ask for the places in the queue, which no event tells. */
  #watch(signal) {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      if (!this.live) await this.load();
      await this.#askPlaces();
    }, LOOK);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  async #askPlaces() {
    const waiting = this.list.filter((task) => task.status === "pending").slice(-POSITIONS);
    if (waiting.length === 0) return;
    try {
      const query = waiting.map((task) => ["task_id", task.task_id]);
      const { tasks: told } = await json("GET", "/background/task-status", { query });
      for (const task of told) this.put(task);
    } catch {
      // one of them was cleaned up meanwhile, or the service is out of reach: the next look at the list tells
    }
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const tasks = new Tasks();

/** What an event says of a task, in the words of a status. */
export function step(data) {
  if (data.task_status) return data.task_status;
  const { status, progress, attempt, stage, pages_done, pages_total, eta_seconds } = data;
  const known = Object.entries({ status, progress, attempt, stage, pages_done, pages_total, eta_seconds });
  const started = status === "processing" && progress <= 10 ? { started_at: data.at } : {};
  return { ...Object.fromEntries(known.filter(([, value]) => value !== undefined)), ...started };
}

/** A list does not tell places in the queue: keep the one that was asked for, while the task waits. */
function places(before, now) {
  const waits = before?.queue_position !== undefined && now.status === "pending";
  return waits ? { queue_position: before.queue_position } : {};
}
