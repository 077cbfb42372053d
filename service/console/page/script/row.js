/** One task in the list. */

import { cancel, canCancel, canRetry, retry } from "./actions.js";
import { h, icon, say, set } from "./dom.js";
import { ago, nameParts } from "./format.js";
import { t } from "./language.js";
import { batchAddress, taskAddress } from "./router.js";
import { selection } from "./selection.js";
import { badge, gauge } from "./state.js";

const PICTURES = { image_analysis: "image", table_extraction: "table" };

/** A row that shows a task, and can be told to show its next state; `last` is the one it shows. */
export function row(task) {
  const parts = { badge: badge(), gauge: gauge() };
  const name = task.filename;
  const check = h("input", { type: "checkbox", "aria-label": t("select.one", { name }) });
  check.addEventListener("change", () => selection.choose([shown.last], check.checked));
  const address = taskAddress(task.task_id);
  const link = h("a", { class: "name ends", href: address, title: name, "aria-label": name }, nameParts(name));
  const facts = h("span", { class: "faint facts" });
  const act = h("button", { type: "button", class: "plain small act" });
  act.addEventListener("click", () => (canCancel(shown.last) ? cancel([shown.last]) : retry([shown.last])));
  const what = h("div", { class: "what" }, link, h("span", { class: "line" }, facts, batchLink(task)));
  const kind = h("span", { class: "kind", title: t(`type.${task.task_type}`) }, icon(PICTURES[task.task_type]));
  const element = h("li", { class: "row" }, check, kind, what, parts.badge.element, parts.gauge.element, act);
  const shown = {
    element,
    last: null,
    show(now) {
      shown.last = now;
      check.checked = selection.has(now.task_id);
      element.dataset.state = now.status;
      parts.badge.show(now);
      parts.gauge.show(now);
      say(facts, factsOf(now));
      drawAct(act, now);
    },
  };
  return shown;
}

function batchLink(task) {
  if (!task.batch_id) return null;
  return h("a", { class: "faint", href: batchAddress(task.batch_id), title: t("batch.open") }, t("batch"));
}

function factsOf(task) {
  const facts = [t(`type.${task.task_type}`), task.model, ago(task.created_at)];
  if (task.priority > 0) facts.push(t("priority.of", { priority: task.priority }));
  return facts.join(" · ");
}

function drawAct(act, task) {
  const what = canCancel(task) ? "stop" : canRetry(task) ? "retry" : "";
  act.hidden = what === "";
  if (act.dataset.what === what || what === "") return;
  act.dataset.what = what;
  const words = t(what === "stop" ? "cancel.one" : "retry.one", { name: task.filename });
  set(act, "aria-label", words);
  set(act, "title", words);
  act.replaceChildren(icon(what));
}
