/** Which tasks are listed: by state, type and time. Which key's they are is chosen in the bar. */

import { fill, h, unique } from "./dom.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";
import { STATES, tasks } from "./tasks.js";

const HOUR = 3_600_000;
const PERIODS = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR };

export function filterBar() {
  const own = ownTimes();
  const parts = [states(), types(), periods(own), own];
  return h("div", { class: "filters", role: "search", "aria-label": t("filter") }, parts);
}

function states() {
  const group = h("fieldset", { class: "segments", "data-part": "states" }, h("legend", { class: "unseen" }, t("filter.state")));
  const draw = () => {
    for (const radio of group.querySelectorAll("input")) radio.checked = radio.value === tasks.filter.status;
  };
  for (const state of ["", ...STATES]) {
    const radio = h("input", { type: "radio", name: "state", value: state, class: "unseen" });
    radio.addEventListener("change", () => change({ status: state }));
    group.append(h("label", {}, radio, t(state ? `state.${state}` : "filter.any")));
  }
  listen(tasks, "list", draw);
  draw();
  return group;
}

function types() {
  const names = ["", "image_analysis", "table_extraction"];
  const select = choice("filter.type", names, (name) => t(name ? `type.${name}` : "filter.type.any"), "task_type");
  select.addEventListener("change", () => change({ task_type: select.value }));
  return select;
}

function periods(own) {
  const names = ["", ...Object.keys(PERIODS), "own"];
  const select = choice("filter.period", names, (name) => t(`period.${name || "any"}`), "period");
  select.addEventListener("change", () => {
    own.hidden = select.value !== "own";
    tasks.filter.period = select.value;
    if (select.value === "own") return own.querySelector("input").focus();
    const back = PERIODS[select.value];
    const after = back === undefined ? "" : new Date(Date.now() - back).toISOString();
    return change({ period: select.value, created_after: after, created_before: "" });
  });
  return select;
}

/** Two moments of one's own choice. */
function ownTimes() {
  const from = moment("filter.from", tasks.filter.created_after);
  const until = moment("filter.until", tasks.filter.created_before);
  const apply = () => change({ period: "own", created_after: utc(from.input), created_before: utc(until.input) });
  for (const { input } of [from, until]) input.addEventListener("change", apply);
  return h("div", { class: "own-times", hidden: tasks.filter.period !== "own" }, from.element, until.element);
}

function moment(words, value) {
  const id = unique("moment");
  const input = h("input", { id, type: "datetime-local", class: "small" });
  if (value) input.value = local(value);
  return { input, element: h("span", {}, h("label", { for: id }, t(words)), input) };
}

function choice(words, names, word, key) {
  const select = h("select", { class: "small", "aria-label": t(words), "data-part": key });
  fill(select, names.map((name) => h("option", { value: name }, word(name))));
  const draw = () => (select.value = tasks.filter[key]);
  listen(tasks, "list", draw);
  draw();
  return select;
}

function change(part) {
  void tasks.restart({ ...tasks.filter, ...part });
}

function utc(input) {
  return input.value === "" ? "" : new Date(input.value).toISOString();
}

function local(iso) {
  const date = new Date(iso);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
