/** What can be done to tasks: cancel, run again, clean up. Each tells what became of it. */

import { complain, tell } from "./announce.js";
import { question } from "./dialog.js";
import { h, unique } from "./dom.js";
import { json } from "./http.js";
import { t } from "./language.js";
import { FINAL, tasks } from "./tasks.js";

const AT_ONCE = 4;
const TRIES = 5; // of one task, while the service asks for patience

export const canCancel = (task) => !FINAL.has(task.status);
export const canRetry = (task) => task.status === "failed" || task.status === "cancelled";

/** How far a work on many tasks is, told as `step`; `total` is 0 while there is none. */
export const work = Object.assign(new EventTarget(), { done: 0, total: 0 });

/** Cancel tasks; several only when confirmed. Returns the answers, or null when it was not confirmed. */
export async function cancel(chosen) {
  const open = chosen.filter(canCancel);
  if (!(await agreed(open, "cancel", true))) return null;
  return each(open, (task) => json("DELETE", `/background/cancel-task/${task.task_id}`), "cancelled");
}

/** Run tasks again, as new tasks; several only when confirmed. Returns the answers, or null. */
export async function retry(chosen) {
  const ended = chosen.filter(canRetry);
  if (!(await agreed(ended, "retry", false))) return null;
  return each(ended, (task) => json("POST", `/background/retry-task/${task.task_id}`), "retried");
}

/** Cancel what has not ended of a batch, when confirmed. */
export async function cancelBatch(id, count) {
  const content = h("p", {}, t("cancel.explained"));
  const title = t("cancel.title", { count });
  if (!(await question({ title, content, confirm: t("cancel.confirm"), danger: true }))) return;
  try {
    const answer = await json("DELETE", `/background/cancel-batch/${id}`);
    tell(t("done.cancelled", { count: answer.cancelled_count }));
  } catch (problem) {
    complain(problem);
  }
  await tasks.load();
}

/** Remove finished tasks, after a question that says of what age. */
export async function cleanUp() {
  const id = unique("hours");
  const hours = h("input", { id, type: "number", min: "0", step: "any", value: "24", required: true });
  const label = h("label", { for: id }, t("cleanup.hours"));
  const content = [h("p", {}, t("cleanup.explained")), h("div", { class: "field" }, label, hours)];
  const confirm = t("cleanup.confirm");
  if (!(await question({ title: t("cleanup.title"), content, confirm, danger: true }))) return;
  try {
    const body = JSON.stringify({ max_age_hours: Number(hours.value) });
    const headers = { "Content-Type": "application/json" };
    const answer = await json("POST", "/background/cleanup", { body, headers });
    tell(t("cleanup.done", { count: answer.removed_count }));
    await tasks.load();
  } catch (problem) {
    complain(problem);
  }
}

/** One may be done without a question; several not. */
async function agreed(some, word, danger) {
  if (some.length < 2) return some.length === 1;
  const content = h("p", {}, t(`${word}.explained`));
  return question({ title: t(`${word}.title`, { count: some.length }), content, confirm: t(`${word}.confirm`), danger });
}

/** Do something to each, a few at a time; says how many went well, and the first thing that did not. */
async function each(chosen, act, done) {
  const answers = [];
  const problems = [];
  const waiting = [...chosen];
  step(0, chosen.length);
  const one = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      try {
        answers.push(await patiently(() => act(task)));
      } catch (problem) {
        problems.push(problem);
      }
      step(work.done + 1, chosen.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  step(0, 0);
  if (answers.length > 0) tell(t(`done.${done}`, { count: answers.length }));
  if (problems.length > 0) complain(problems[0], problems.length - 1);
  await tasks.load();
  return answers;
}

function step(done, total) {
  Object.assign(work, { done, total });
  work.dispatchEvent(new Event("step"));
}

/** Again, when the service says how long to wait: its queue is full, or a quota is used up for now. */
async function patiently(act) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (problem) {
      if (!problem.wait || tries === TRIES) throw problem;
      await new Promise((resolve) => setTimeout(resolve, problem.wait * 1000));
    }
  }
}
