/** The rows of the list, kept as they are while their tasks change. */

import { announce } from "./announce.js";
import { h, set } from "./dom.js";
import { t } from "./language.js";
import { every, listen } from "./lifetime.js";
import { row } from "./row.js";
import { selection } from "./selection.js";
import { FINAL, tasks } from "./tasks.js";

const CLOCK = 1000; // ms between two looks at how long ago things were: all rows must tell of the same moment

export function rows() {
  const element = h("ul", { class: "rows", "aria-label": t("queue.title") });
  const drawn = new Map();
  const refresh = () => tasks.list.forEach((task) => drawn.get(task.task_id)?.show(task));
  const draw = () => {
    const fresh = tasks.list.map((task) => shown(drawn, task));
    arrange(element, fresh);
    const kept = new Set(tasks.list.map((task) => task.task_id));
    for (const id of drawn.keys()) if (!kept.has(id)) drawn.delete(id);
    set(element, "aria-busy", String(tasks.loading));
  };
  listen(tasks, "list", draw);
  listen(selection, "chosen", refresh);
  listen(tasks, "task", ({ detail }) => drawn.has(detail.task_id) && shown(drawn, detail));
  draw();
  every(CLOCK, refresh);
  return element;
}

/** A task's row, made where there is none yet, showing the task as it now is. */
function shown(drawn, task) {
  const known = drawn.get(task.task_id) ?? row(task);
  drawn.set(task.task_id, known);
  tellEnding(known.last, task);
  known.show(task);
  return known.element;
}

/** Move only what is out of place: a row that is moved loses the keyboard's focus. */
function arrange(list, wanted) {
  const kept = new Set(wanted);
  for (const element of [...list.children]) if (!kept.has(element)) element.remove();
  wanted.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}

function tellEnding(before, now) {
  if (before && before.status !== now.status && FINAL.has(now.status)) {
    announce(t("told.ended", { name: now.filename, state: t(`state.${now.status}`) }));
  }
}
