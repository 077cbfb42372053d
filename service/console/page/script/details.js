/** The facts of a task, as a list of names and values. */

import { fill, h } from "./dom.js";
import { dollars, moment, number, span } from "./format.js";
import { t } from "./language.js";

/** Fill a description list. */
export function details(list, task, result) {
  const { usage } = result ?? {};
  const facts = {
    id: h("code", {}, task.task_id),
    type: t(`type.${task.task_type}`),
    engine: `${task.engine} · ${task.model}`,
    prompt: task.prompt,
    detail: task.detail && t(`detail.${task.detail}`),
    priority: String(task.priority),
    attempt: task.attempt > 0 ? String(task.attempt) : null,
    worker: task.worker && t("worker", { number: task.worker }),
    created: moment(task.created_at),
    started: task.started_at && moment(task.started_at),
    completed: task.completed_at && moment(task.completed_at),
    duration: task.duration_ms !== null && span(task.duration_ms),
    pages: task.pages_total && String(task.pages_total),
    tokens: usage && t("tokens", { input: number(usage.prompt_tokens), output: number(usage.completion_tokens) }),
    cost: cost(task, usage),
    callback: task.callback_url,
    batch: task.batch_id && h("code", {}, task.batch_id),
    metadata: task.metadata && h("pre", { tabindex: "0" }, JSON.stringify(task.metadata, null, 2)),
    file: task.result_file && h("code", {}, task.result_file),
  };
  const shown = Object.entries(facts).filter(([, value]) => value);
  fill(list, shown.map(([name, value]) => h("div", {}, h("dt", {}, t(`fact.${name}`)), h("dd", {}, value))));
}

function cost(task, usage) {
  const price = task.cost_usd ?? usage?.cost_usd ?? null;
  return price !== null && dollars(price);
}
