/** How the service fares: workers at work, tasks waiting, and what is wrong if anything is. */

import { fill, h } from "./dom.js";
import { json } from "./http.js";
import { named, t } from "./language.js";
import { listen } from "./lifetime.js";

const EVERY = 5000;

let latest = null;
let away = false;
let timer;

/** Told as `health` with each look. */
export const healthNews = new EventTarget();

/** What was told last; null before the first answer, and while there is none. */
export function health() {
  return latest;
}

/** Look at once, and from then on now and then, while anybody can see it. */
export function watchHealth() {
  timer ??= setInterval(() => document.hidden || look(), EVERY);
  void look();
}

async function look() {
  try {
    latest = await json("GET", "/health");
    away = false;
  } catch (problem) {
    latest = null; // the chip says so; whoever does something gets the reason
    away = problem.status !== 401; // then a key is being asked for
  }
  healthNews.dispatchEvent(new Event("health"));
}

/** A chip in the bar. */
export function healthChip() {
  const chip = h("p", { class: "chip", "data-part": "health" });
  const draw = () => {
    const [state, words, why] = told();
    chip.dataset.state = state;
    chip.title = why;
    fill(chip, h("span", { class: "dot" }), words);
  };
  listen(healthNews, "health", draw);
  draw();
  return chip;
}

function told() {
  if (latest === null) return away ? ["bad", t("health.away"), ""] : ["unknown", t("health.unknown"), ""];
  const { workers, tasks, reasons } = latest;
  if (reasons.length > 0) {
    const why = reasons.map((reason) => named("health", reason)).join(" ");
    return ["bad", named("health", reasons[0]), why];
  }
  return ["good", t("health.good", { busy: workers.busy, alive: workers.alive, waiting: tasks.pending }), ""];
}
