/** One batch, while the list shows its tasks alone: how far it is, cancelling what is left of it, and the way back. */

import { cancelBatch } from "./actions.js";
import { fill, h, icon } from "./dom.js";
import { json } from "./http.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";
import { LIST } from "./router.js";
import { tasks } from "./tasks.js";

export function batchBar() {
  const element = h("div", { class: "batch", "data-part": "batch", hidden: true });
  const draw = async () => {
    const id = tasks.filter.batch_id;
    element.hidden = id === "";
    if (id === "" || tasks.loading || tasks.problem) return;
    const batch = await asked(id);
    if (batch !== null && tasks.filter.batch_id === id) fill(element, parts(batch));
  };
  listen(tasks, "list", draw);
  void draw();
  return element;
}

/** The batch, or null: then the list beside it tells what is wrong. */
async function asked(id) {
  try {
    return (await json("GET", `/background/batch-status/${id}`)).batch_status;
  } catch {
    return null;
  }
}

function parts({ batch_id: id, counts }) {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const ended = counts.completed + counts.failed + counts.cancelled;
  const words = h("p", { class: "grow" }, h("span", { class: "strong" }, t("batch")), " ", t("batch.ended", { ended, total }));
  const bar = h("progress", { max: String(total), value: String(ended), "aria-label": t("batch.progress") });
  const stop = h("button", { type: "button", class: "quiet small", onclick: () => cancelBatch(id, total - ended) }, icon("stop"), t("batch.cancel"));
  const leave = h("a", { class: "leave", href: LIST }, t("batch.leave"));
  return [icon("archive"), words, ended < total && bar, ended < total && stop, leave];
}
