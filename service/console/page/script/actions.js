/** What can be done to tasks: cancel, run again, clean up. Each tells what became of it. */

import { announce, complain, tell } from "./announce.js";
import { question } from "./dialog.js";
import { h, unique } from "./dom.js";
import { has, RETRY } from "./features.js";
import { json } from "./http.js";
import { t } from "./language.js";
import { FINAL, tasks } from "./tasks.js";

export const canCancel = (task) => !FINAL.has(task.status);
export const canRetry = (task) => has(RETRY) && (task.status === "failed" || task.status === "cancelled");

/** Cancel tasks; several only when confirmed. */
export async function cancel(chosen) {
  const open = chosen.filter(canCancel);
  if (open.length > 1) {
    const content = h("p", {}, t("cancel.explained"));
    const title = t("cancel.title", { count: open.length });
    if (!(await question({ title, content, confirm: t("cancel.confirm"), danger: true }))) return;
  }
  await each(open, (task) => json("DELETE", `/background/cancel-task/${task.task_id}`), "cancelled");
}

/** Run failed tasks again, as new tasks. Returns the answers. */
export async function retry(chosen) {
  return each(chosen.filter(canRetry), (task) => json("POST", `/background/retry-task/${task.task_id}`), "retried");
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

/** Do something to each, a few at a time; says how many went well, and the first thing that did not. */
async function each(chosen, act, done) {
  const answers = [];
  const problems = [];
  const waiting = [...chosen];
  const one = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      try {
        answers.push(await act(task));
      } catch (problem) {
        problems.push(problem);
      }
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  if (answers.length > 0) tell(t(`done.${done}`, { count: answers.length }));
  if (problems.length > 0) {
    complain(problems[0]);
    if (problems.length > 1) announce(t("done.problems", { count: problems.length }));
  }
  await tasks.load();
  return answers;
}
