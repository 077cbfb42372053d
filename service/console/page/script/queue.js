/** The list of tasks, as it happens. */

import { cleanUp } from "./actions.js";
import { batchBar } from "./batch.js";
import { fill, h, icon, say } from "./dom.js";
import { filterBar } from "./filters.js";
import { number } from "./format.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";
import { rows } from "./rows.js";
import { selectionBar } from "./selection-bar.js";
import { NO_FILTER, tasks } from "./tasks.js";

export function queue() {
  const parts = [heading(), batchBar(), filterBar(), selectionBar(), states(), rows(), moreButton()];
  return h("section", { class: "card queue", "aria-labelledby": "queue-title" }, parts);
}

function heading() {
  const count = h("span", { class: "count", "data-part": "total" });
  const live = h("span", { class: "chip small", "data-part": "live" });
  const broom = h("button", { type: "button", class: "quiet small", onclick: cleanUp }, icon("broom"), t("cleanup"));
  on("list", () => say(count, tasks.loading || tasks.problem ? "" : number(tasks.total)));
  const draw = () => {
    live.dataset.state = tasks.live ? "good" : "unknown";
    fill(live, h("span", { class: "dot" }), t(tasks.live ? "live.on" : "live.off"));
  };
  on("live", draw);
  draw();
  return h("div", { class: "heading" }, h("h2", { id: "queue-title" }, t("queue.title")), count, live, broom);
}

/** What stands above the rows or in place of them: that they come, that there are none, or what is wrong. */
function states() {
  const element = h("div", { class: "states" });
  const draw = () => {
    const now = [tasks.loading, tasks.problem?.message, tasks.list.length > 0, tasks.filtered].join();
    if (element.dataset.now === now) return; // what is told again and again would be read out again and again
    element.dataset.now = now;
    fill(element, stateNow());
  };
  on("list", draw);
  draw();
  return element;
}

function stateNow() {
  if (tasks.loading) return [1, 2, 3].map(() => h("div", { class: "skeleton", "aria-hidden": "true" }));
  if (tasks.problem?.status === 401) return []; // a key is being asked for
  if (tasks.problem !== null) return failed(tasks.problem);
  if (tasks.list.length > 0) return [];
  if (tasks.filtered) return nothingFits();
  const words = [h("p", { class: "strong" }, t("empty.title")), h("p", { class: "faint" }, t("empty.text"))];
  return h("div", { class: "empty" }, icon("inbox", "icon large"), words);
}

function failed(problem) {
  if (tasks.list.length > 0) return h("p", { class: "note bad", role: "alert" }, icon("warning"), h("span", {}, problem.message, " ", t("stale")));
  const again = h("button", { type: "button", onclick: () => tasks.restart() }, icon("retry"), t("again"));
  return h("div", { class: "empty", role: "alert" }, icon("warning", "icon large"), h("p", {}, problem.message), again);
}

function nothingFits() {
  const reset = () => tasks.restart({ ...NO_FILTER, batch_id: tasks.filter.batch_id });
  const button = h("button", { type: "button", onclick: reset }, t("filter.reset"));
  return h("div", { class: "empty" }, icon("filter", "icon large"), h("p", { class: "strong" }, t("empty.filtered")), button);
}

function moreButton() {
  const button = h("button", { type: "button", class: "wide quiet", onclick: () => tasks.more() });
  const draw = () => {
    button.hidden = !tasks.hasMore || tasks.list.length === 0;
    say(button, t("more", { count: number(tasks.total - tasks.list.length) }));
  };
  on("list", draw);
  draw();
  return button;
}

function on(name, listener) {
  listen(tasks, name, listener);
}
