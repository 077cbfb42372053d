/** The bar above the rows: choose all, and what can be done to all that are chosen. */

import { canCancel, canRetry, cancel, retry, work } from "./actions.js";
import { complain } from "./announce.js";
import { h, icon, say } from "./dom.js";
import { number } from "./format.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";
import { selection } from "./selection.js";
import { tasks } from "./tasks.js";

export function selectionBar() {
  const all = h("input", { type: "checkbox", "aria-label": t("select.all") });
  all.addEventListener("change", () => selection.choose(tasks.list, all.checked));
  const words = h("span", { "aria-live": "polite" });
  const beyond = beyondButton();
  const stop = action("stop", "cancel.chosen", () => done(cancel(selection.tasks)));
  const again = action("retry", "retry.chosen", () => done(retry(selection.tasks)));
  const draw = () => {
    const chosen = selection.tasks;
    all.indeterminate = chosen.length > 0 && !selection.whole;
    all.checked = selection.whole;
    say(words, toldOf(chosen.length));
    stop.disabled = work.total > 0 || !chosen.some(canCancel);
    again.disabled = work.total > 0 || !chosen.some(canRetry);
    bar.hidden = tasks.list.length === 0 && chosen.length === 0;
    bar.classList.toggle("active", chosen.length > 0);
  };
  const side = h("div", { class: "actions" }, again, stop);
  const bar = h("div", { class: "selection", "data-part": "selection" }, all, h("div", { class: "grow" }, words, beyond), side);
  for (const [source, name] of [[selection, "chosen"], [tasks, "list"], [work, "step"]]) listen(source, name, draw);
  draw();
  return bar;
}

function toldOf(count) {
  if (work.total > 1) return t("work.step", { done: number(work.done), total: number(work.total) });
  return count > 0 ? t("select.count", { count: number(count) }) : t("select.all");
}

/** Offered when all that is listed is chosen, and there is more than is listed. */
function beyondButton() {
  const button = h("button", { type: "button", class: "link" });
  button.addEventListener("click", async () => {
    button.disabled = true; // thousands take a while
    await selection.everything().catch(complain);
    button.disabled = false;
  });
  const draw = () => {
    button.hidden = !selection.whole || selection.tasks.length >= tasks.total;
    say(button, t("select.everything", { count: number(tasks.total) }));
  };
  for (const [source, name] of [[selection, "chosen"], [tasks, "list"]]) listen(source, name, draw);
  draw();
  return button;
}

function action(picture, words, act) {
  return h("button", { type: "button", class: "quiet small", onclick: act }, icon(picture), t(words));
}

/** When something was done to them, they are chosen no more. */
async function done(acting) {
  if (await acting) selection.clear();
}
