/** How a task's state looks and reads: badge, bar, and the line that says where it stands. */

import { h, icon, say, set } from "./dom.js";
import { span } from "./format.js";
import { named, t } from "./language.js";

const PICTURES = {
  pending: "clock",
  processing: "retry",
  completed: "check",
  failed: "warning",
  cancelled: "stop",
};

/** A badge that can be told to show another task's state, or the same task's next. */
export function badge() {
  const element = h("span", { class: "badge" });
  return {
    element,
    show(task) {
      if (element.dataset.state === task.status && element.lang === document.documentElement.lang) return;
      element.dataset.state = task.status;
      element.lang = document.documentElement.lang;
      element.replaceChildren(icon(PICTURES[task.status]), t(`state.${task.status}`));
    },
  };
}

/** A bar with a line beside it: how far, at what, how long it will take. */
export function gauge() {
  const bar = h("progress", { max: "100", value: "0" });
  const line = h("span", { class: "standing" });
  const element = h("div", { class: "gauge" }, bar, line);
  return {
    element,
    show(task) {
      const runs = task.status === "processing";
      set(bar, "aria-label", t("progress.of", { name: task.filename }));
      bar.hidden = !runs;
      bar.value = task.progress;
      say(line, standing(task));
      line.title = line.textContent; // a long reason is cut
    },
  };
}

/** Where a task stands, in one line. */
export function standing(task) {
  if (task.status === "pending") return waiting(task);
  if (task.status === "processing") return [`${task.progress}%`, ...at(task)].join(" · ");
  if (task.status === "failed") return task.error?.message ?? "";
  return task.status === "completed" ? t("took", { span: span(task.duration_ms) }) : "";
}

function waiting(task) {
  if (task.attempt > 0) return t("waiting.again");
  if (task.queue_position === undefined) return t("waiting");
  return task.queue_position === 0 ? t("waiting.next") : t("waiting.place", { ahead: task.queue_position });
}

function at(task) {
  const { pages_done: done, pages_total: total } = task;
  const parts = [total > 1 && done !== null ? t("pages.done", { done, total }) : named("stage", task.stage)];
  if (task.eta_seconds > 0) parts.push(t("eta", { span: span(task.eta_seconds * 1000) }));
  if (task.worker) parts.push(t("worker", { number: task.worker }));
  return parts;
}

