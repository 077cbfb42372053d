/** One task, opened: where it stands, its pages with the tables marked, its answer, its tables, what happened when. */

import { canCancel, canRetry, cancel, retry } from "./actions.js";
import { announce, complain } from "./announce.js";
import { answerTab, tablesTab } from "./result.js";
import { fill, h, icon, set } from "./dom.js";
import { details } from "./details.js";
import { failure } from "./failure.js";
import { download, json } from "./http.js";
import { t } from "./language.js";
import { pageViewer } from "./pages.js";
import { batchAddress, LIST, taskAddress } from "./router.js";
import { badge, gauge } from "./state.js";
import { follow } from "./stream.js";
import { tabs } from "./tabs.js";
import { FINAL, tasks } from "./tasks.js";
import { askDeliveries, timeline } from "./timeline.js";

const GATHER = 250; // ms in which several events cause one question
const LOOK = 3000; // ms between two questions for what no event tells: the place in the queue, a delivery

/** The view of the task with this id; `close` ends all that it listens to. */
export function taskView(id) {
  const stopping = new AbortController();
  const from = tasks.filter.batch_id; // the list that is behind it
  const back = h("a", { class: "back", href: from ? batchAddress(from) : LIST }, icon("back"), t(from ? "batch.back" : "task.back"));
  const body = h("div", { class: "task-body", "aria-busy": "true" }, h("div", { class: "skeleton tall" }));
  const element = h("article", { class: "task-view" }, back, body);
  void open(id, body, stopping.signal);
  return { element, close: () => stopping.abort() };
}

async function open(id, body, signal) {
  try {
    const task = (await json("GET", `/background/task-status/${id}`, { signal })).task_status;
    set(body, "aria-busy", "false");
    const view = new OpenTask(task, signal);
    fill(body, view.element);
    document.title = `${task.filename} · ${t("title")}`;
    body.querySelector("h1").focus();
    await view.live();
  } catch (problem) {
    if (signal.aborted) return;
    const words = [h("h1", { tabindex: "-1" }, t("task.none")), h("p", {}, problem.message)];
    fill(body, h("div", { class: "card empty", role: "alert" }, icon("warning", "icon large"), words));
  }
}

class OpenTask {
  #events = [];
  #deliveries = [];
  #result = null;
  #asking = null;

  constructor(task, signal) {
    this.task = task;
    this.signal = signal;
    this.parts = { badge: badge(), gauge: gauge(), why: h("div"), tools: h("div", { class: "tools" }) };
    this.history = h("ol", { class: "timeline" });
    this.facts = h("dl", { class: "facts" });
    this.viewer = pageViewer(task, (index) => this.#goToTable(index), signal);
    this.right = h("div", { class: "card reading" });
    this.element = h("div", {}, this.#heading(), this.parts.why, h("div", { class: "split" }, this.viewer.element, this.right));
    this.#draw();
  }

  /** Follow the task to its end, and then show what came of it. */
  async live() {
    const timer = setInterval(() => this.#waits && this.#askSoon(), LOOK);
    this.signal.addEventListener("abort", () => clearInterval(timer));
    const path = `/background/task-status/${this.task.task_id}/events`;
    const told = (event) => this.#note(event);
    await Promise.all([this.#finish(), follow(path, { told, signal: this.signal })]);
  }

  get #waits() {
    return this.task.status === "pending" || this.#deliveries.some((one) => one.state === "pending");
  }

  /** Events are told from the first on, so what holds now is asked for. */
  #note({ data }) {
    this.#events.push(data);
    this.#draw();
    if (!FINAL.has(this.task.status)) this.#askSoon();
  }

  #askSoon() {
    this.#asking ??= setTimeout(() => void this.#ask(), GATHER);
  }

  async #ask() {
    this.#asking = null;
    const before = this.task.status;
    try {
      const path = `/background/task-status/${this.task.task_id}`;
      this.task = (await json("GET", path, { signal: this.signal })).task_status;
    } catch (problem) {
      if (!this.signal.aborted) complain(problem);
      return;
    }
    tasks.put(this.task);
    this.#draw();
    if (before !== this.task.status) {
      announce(t("told.ended", { name: this.task.filename, state: t(`state.${this.task.status}`) }));
    }
    await this.#finish();
  }

  /** The result and the deliveries, once there are any. */
  async #finish() {
    if (!FINAL.has(this.task.status)) return;
    try {
      this.#deliveries = await askDeliveries(this.task, this.signal);
      if (this.task.status === "completed" && this.#result === null) {
        this.#result = await json("GET", `/background/task-result/${this.task.task_id}`, { signal: this.signal });
        this.viewer.mark(this.#result.tables);
      }
    } catch (problem) {
      if (!this.signal.aborted) complain(problem);
    }
    this.#draw();
  }

  #heading() {
    const title = h("h1", { tabindex: "-1" }, this.task.filename);
    const line = h("p", { class: "line faint" }, this.parts.badge.element, this.parts.gauge.element);
    return h("header", { class: "task-heading" }, h("div", {}, title, line), this.parts.tools);
  }

  #draw() {
    const { task, parts } = this;
    parts.badge.show(task);
    parts.gauge.show(task);
    fill(parts.why, failure(task));
    this.#drawTools();
    timeline(this.history, task, this.#events, this.#deliveries, () => this.#askSoon());
    details(this.facts, task, this.#result);
    this.#drawTabs();
  }

  #drawTools() {
    const what = [canCancel(this.task) && "stop", canRetry(this.task) && "retry", this.#result && "download"];
    const key = what.filter(Boolean).join();
    if (this.parts.tools.dataset.what === key) return; // a button in use must not be replaced under the finger
    this.parts.tools.dataset.what = key;
    fill(
      this.parts.tools,
      what[0] && tool("stop", "cancel", "quiet", () => cancel([this.task])),
      what[1] && tool("retry", "retry", this.#hopeless ? "quiet" : "primary", () => this.#again()),
      what[2] && tool("download", "result.json", "quiet", () => this.#save()),
    );
  }

  /** Whether it would fail again as it did. */
  get #hopeless() {
    return this.task.error?.retryable === false;
  }

  async #again() {
    const [answer] = (await retry([this.task])) ?? [];
    if (answer) location.hash = taskAddress(answer.task_id);
  }

  async #save() {
    try {
      await download(`/background/task-result/${this.task.task_id}`, `${this.task.filename}.json`);
    } catch (problem) {
      complain(problem);
    }
  }

  /** Tabs by what there is to show, put together again when the result has come: then it is open, unless one chose. */
  #drawTabs() {
    const result = this.#result;
    if (this.tabs && this.shown === result) return;
    this.shown = result;
    const shown = [];
    if (result?.analysis) shown.push({ name: "answer", content: answerTab(this.task, result) });
    if (result && (result.tables.length > 0 || !result.analysis)) {
      const pick = (index) => this.viewer.point(index);
      shown.push({ name: "tables", count: result.tables.length, content: tablesTab(this.task, result, pick) });
    }
    shown.push({ name: "timeline", content: this.history }, { name: "details", content: this.facts });
    const { chosen = false, open } = this.tabs ?? {};
    this.tabs = tabs(shown, chosen ? open : shown[0].name);
    this.tabs.chosen = chosen;
    fill(this.right, this.tabs.element);
  }

  #goToTable(index) {
    this.tabs.show("tables");
    const table = this.right.querySelector(`[data-table="${index}"]`);
    table?.scrollIntoView({ block: "nearest" });
    table?.focus({ preventScroll: true });
  }
}

function tool(picture, words, className, act) {
  return h("button", { type: "button", class: className, onclick: act }, icon(picture), t(words));
}
