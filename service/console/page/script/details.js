/** The facts of a task, as a list of names and values. */

import { fill, h } from "./dom.js";
import { dollars, moment, number, span } from "./format.js";
import { t } from "./language.js";
import { batchAddress, taskAddress } from "./router.js";

/** Fill a description list. */
export function details(list, task, result) {
  const usage = result?.usage ?? task.usage;
  const facts = {
    id: h("code", {}, task.task_id),
    type: t(`type.${task.task_type}`),
    engine: task.engine === task.model ? task.model : `${task.engine} · ${task.model}`,
    prompt: task.prompt,
    detail: task.detail && t(`detail.${task.detail}`),
    priority: task.priority > 0 ? String(task.priority) : t("priority.usual"),
    attempt: task.attempt > 0 ? String(task.attempt) : null,
    worker: task.worker && String(task.worker),
    created: moment(task.created_at),
    started: task.started_at && moment(task.started_at),
    completed: task.completed_at && moment(task.completed_at),
    duration: task.duration_ms !== null && span(task.duration_ms),
    pages: task.pages ?? (task.pages_total && String(task.pages_total)),
    tokens: usage && t("tokens", { input: number(usage.prompt_tokens), output: number(usage.completion_tokens) }),
    cost: usage?.cost_usd !== undefined && usage.cost_usd !== null && dollars(usage.cost_usd),
    most: task.max_cost !== undefined && dollars(task.max_cost),
    callback: task.callback_url,
    retried: task.retry_of && taskLink(task.retry_of),
    reused: task.reused_from && taskLink(task.reused_from),
    batch: task.batch_id && h("a", { href: batchAddress(task.batch_id) }, h("code", {}, task.batch_id)),
    metadata: task.metadata && h("pre", { tabindex: "0" }, JSON.stringify(task.metadata, null, 2)),
    file: task.result_file && h("code", {}, task.result_file),
  };
  const shown = Object.entries(facts).filter(([, value]) => value);
  fill(list, shown.map(([name, value]) => h("div", {}, h("dt", {}, t(`fact.${name}`)), h("dd", {}, value))));
}

function taskLink(id) {
  return h("a", { href: taskAddress(id) }, h("code", {}, id));
}
