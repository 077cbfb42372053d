/** The list of tasks, as it happens. */

import { cancel, canCancel, canRetry, cleanUp, retry } from "./actions.js";
import { announce } from "./announce.js";
import { fill, h, icon, say, set } from "./dom.js";
import { filterBar } from "./filters.js";
import { has, RETRY } from "./features.js";
import { number } from "./format.js";
import { t } from "./language.js";
import { every, listen } from "./lifetime.js";
import { row } from "./row.js";
import { FINAL, NO_FILTER, tasks } from "./tasks.js";

const CLOCK = 1000; // ms between two looks at how long ago things were: all rows must tell of the same moment
const chosen = new Set(); // ids, also while the page is put together anew

export function queue() {
  const list = rows();
  const parts = [heading(), filterBar(), selectionBar(), list.element, states(), moreButton()];
  every(CLOCK, list.refresh);
  return h("section", { class: "card queue", "aria-labelledby": "queue-title" }, parts);
}

function heading() {
  const count = h("span", { class: "count", "data-part": "total" });
  const live = h("span", { class: "chip small", "data-part": "live" });
  const broom = h("button", { type: "button", class: "quiet", onclick: cleanUp }, icon("broom"), t("cleanup"));
  on("list", () => say(count, tasks.loading ? "" : number(tasks.total)));
  const draw = () => {
    live.dataset.state = tasks.live ? "good" : "unknown";
    fill(live, h("span", { class: "dot" }), t(tasks.live ? "live.on" : "live.off"));
  };
  on("live", draw);
  draw();
  return h("div", { class: "heading" }, h("h2", { id: "queue-title" }, t("queue.title")), count, live, broom);
}

/** What can be done to all that are chosen. */
function selectionBar() {
  const all = h("input", { type: "checkbox", "aria-label": t("select.all") });
  all.addEventListener("change", () => {
    for (const task of tasks.list) chosen[all.checked ? "add" : "delete"](task.task_id);
    tasks.dispatchEvent(new Event("chosen"));
  });
  const words = h("span", { class: "grow", "aria-live": "polite" });
  const stop = action("stop", "cancel.chosen", () => cancel(choice()));
  const again = action("retry", "retry.chosen", () => retry(choice()));
  const draw = () => {
    const found = choice();
    all.checked = found.length > 0 && found.length === tasks.list.length;
    all.indeterminate = found.length > 0 && !all.checked;
    all.disabled = tasks.list.length === 0;
    say(words, found.length > 0 ? t("select.count", { count: found.length }) : t("select.all"));
    stop.disabled = !found.some(canCancel);
    again.disabled = !found.some(canRetry);
    again.hidden = !has(RETRY);
    bar.classList.toggle("active", found.length > 0);
  };
  const bar = h("div", { class: "selection", "data-part": "selection" }, all, words, again, stop);
  for (const name of ["list", "task", "chosen"]) on(name, draw);
  draw();
  return bar;
}

function action(picture, words, act) {
  return h("button", { type: "button", class: "quiet small", onclick: act }, icon(picture), t(words));
}

function choice() {
  return tasks.list.filter((task) => chosen.has(task.task_id));
}

function rows() {
  const element = h("ul", { class: "rows", "aria-label": t("queue.title") });
  const drawn = new Map();
  const refresh = () => tasks.list.forEach((task) => drawn.get(task.task_id)?.show(task));
  const draw = () => {
    const fresh = tasks.list.map((task) => {
      const known = drawn.get(task.task_id) ?? row(task, chosen, () => tasks.dispatchEvent(new Event("chosen")));
      drawn.set(task.task_id, known);
      tellEnding(known.last, task);
      known.show(task);
      return known.element;
    });
    arrange(element, fresh);
    for (const id of drawn.keys()) if (!tasks.list.some((task) => task.task_id === id)) drawn.delete(id);
    set(element, "aria-busy", String(tasks.loading));
  };
  on("list", draw);
  on("chosen", refresh);
  on("task", ({ detail }) => {
    tellEnding(drawn.get(detail.task_id)?.last, detail);
    drawn.get(detail.task_id)?.show(detail);
  });
  draw();
  return { element, refresh };
}

/** Move only what is out of place: a row that is moved loses the keyboard's focus. */
function arrange(list, wanted) {
  for (const element of [...list.children]) if (!wanted.includes(element)) element.remove();
  wanted.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}

function tellEnding(before, now) {
  if (before && before.status !== now.status && FINAL.has(now.status)) {
    announce(t("told.ended", { name: now.filename, state: t(`state.${now.status}`) }));
  }
}

/** What stands in place of rows: that they come, that there are none, or why there are none. */
function states() {
  const element = h("div", { class: "states" });
  const draw = () => fill(element, stateNow());
  on("list", draw);
  draw();
  return element;
}

function stateNow() {
  if (tasks.loading) return [1, 2, 3].map(() => h("div", { class: "skeleton", "aria-hidden": "true" }));
  if (tasks.problem !== null && tasks.problem.status !== 401) {
    const again = h("button", { type: "button", onclick: () => tasks.restart() }, icon("retry"), t("again"));
    return h("div", { class: "empty", role: "alert" }, icon("warning", "icon large"), h("p", {}, tasks.problem.message), again);
  }
  if (tasks.list.length > 0) return [];
  if (!tasks.filtered) {
    const words = [h("p", { class: "strong" }, t("empty.title")), h("p", { class: "faint" }, t("empty.text"))];
    return h("div", { class: "empty" }, icon("inbox", "icon large"), words);
  }
  const reset = () => tasks.restart({ ...NO_FILTER });
  const button = h("button", { type: "button", onclick: reset }, t("filter.reset"));
  return h("div", { class: "empty" }, icon("filter", "icon large"), h("p", { class: "strong" }, t("empty.filtered")), button);
}

function moreButton() {
  const button = h("button", { type: "button", class: "wide quiet", onclick: () => tasks.more() }, t("more"));
  const draw = () => (button.hidden = !tasks.hasMore || tasks.list.length === 0);
  on("list", draw);
  draw();
  return button;
}

function on(name, listener) {
  listen(tasks, name, listener);
}
