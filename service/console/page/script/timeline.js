/** What happened to a task, and when: taken in, waiting, started, read page by page, ended, told to its callback. */

import { complain, tell } from "./announce.js";
import { fill, h, icon } from "./dom.js";
import { clock, span } from "./format.js";
import { json } from "./http.js";
import { named, t } from "./language.js";

const PLAIN = { "the address is not global": "forbidden" };
const SOON = 5000; // ms: a try that comes by itself

/** Draw it into an ordered list; `again` is called when something was done that changes it. */
export function timeline(list, task, events, deliveries, again) {
  const told = events.reduce(withEvent, []).map(settled);
  const steps = [taken(task), ...told, ...deliveries.flatMap((one) => delivered(one, again))];
  fill(list, steps.map((step) => item(step)));
}

/** The callbacks owed and sent for a task. */
export async function askDeliveries(task, signal) {
  if (!task.callback_url) return [];
  const answer = await json("GET", "/background/deliveries", { query: { task_id: task.task_id }, signal });
  return answer.deliveries;
}

function taken(task) {
  return { kind: "upload", at: task.created_at, words: t("step.uploaded"), more: task.filename };
}

/** Add an event; those of one stage become one step, which says how far it came. */
function withEvent(steps, event) {
  const last = steps.at(-1);
  const step = { ...stepOf(event, last !== undefined), stage: `${event.attempt} ${event.status} ${event.stage}` };
  if (last?.stage !== step.stage) return [...steps, step];
  const until = event.stage === "reading" ? event.at : undefined;
  return [...steps.slice(0, -1), { ...step, at: last.at, until }];
}

/** Of a step that is over nobody needs to know at how many percent its last news came. */
function settled(step, index, all) {
  return index < all.length - 1 && step.passing ? { ...step, more: null } : step;
}

function howFar(event) {
  if (!(event.pages_total > 1)) return `${event.progress}%`;
  return t("pages.done", { done: event.pages_done ?? 0, total: event.pages_total });
}

/** `again`: whether something came before; a task that a stop of the service sent back has no attempt to show for it. */
function stepOf(event, again) {
  const { status, stage, attempt, at } = event;
  if (status === "pending") return { kind: "clock", at, words: t(again ? "step.back" : "step.queued") };
  if (status !== "processing") return ending(event);
  if (stage === "reading") return { kind: "image", at, words: t("step.reading"), more: howFar(event), passing: !(event.pages_total > 1) };
  if (stage === "saving") return { kind: "inbox", at, words: t("step.saving") };
  return { kind: "retry", at, words: t("step.started"), more: attempt > 1 && t("step.attempt", { attempt }) };
}

function ending({ status, at, task_status: task }) {
  const more = status === "completed" && task?.duration_ms !== null ? t("took", { span: span(task.duration_ms) }) : null;
  const kind = { completed: "check", failed: "warning", cancelled: "stop" }[status];
  return { kind, at, words: t(`step.${status}`), more: task?.error?.message ?? more, state: status };
}

/** A callback's tries, and what is still to come of it. The last step has a button, unless it is about to be made. */
function delivered(delivery, again) {
  const { state, url, tries, next_try_at: due, created_at: owed } = delivery;
  const steps = tries.map((one) => tryStep(one, url));
  if (state === "pending") steps.push({ kind: "send", at: due, words: t("delivery.pending"), more: url });
  if (state === "pending" && new Date(due) - Date.now() < SOON) return steps;
  if (state === "stopped") steps.push({ kind: "stop", at: owed, words: t("delivery.stopped"), more: url, state: "failed" });
  return [...steps.slice(0, -1), { ...steps.at(-1), act: replayButton(delivery, again) }];
}

function tryStep({ at, status, error }, url) {
  const [words, state] = error === null ? ["delivery.taken", "completed"] : ["delivery.failed", "failed"];
  const answer = status !== null && !error?.includes(status) && `HTTP ${status}`;
  const more = [answer, error && named("delivery.error", PLAIN[error] ?? error), url].filter(Boolean).join(" · ");
  return { kind: "send", at, words: t(words), more, state };
}

function replayButton(delivery, again) {
  const act = async () => {
    try {
      await json("POST", `/background/deliveries/${delivery.id}/replay`);
      tell(t("delivery.replayed"));
      again();
    } catch (problem) {
      complain(problem);
    }
  };
  return h("button", { type: "button", class: "quiet small", onclick: act }, icon("retry"), t(delivery.state === "pending" ? "delivery.now" : "delivery.replay"));
}

function item({ kind, at, until, words, more, state, act }) {
  const time = at && h("time", { datetime: at }, until ? `${clock(at)} – ${clock(until)}` : clock(at));
  const text = h("div", { class: "grow" }, h("p", { class: "strong" }, words), more && h("p", { class: "faint" }, more), act);
  return h("li", { "data-state": state ?? "" }, h("span", { class: "knot" }, icon(kind)), text, time);
}
