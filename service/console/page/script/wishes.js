/** What shall be done with the files: the fields of a submission, kept in the draft. */

import { draft } from "./draft.js";
import { h, say, set, unique } from "./dom.js";
import { health, healthNews } from "./health.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";

const LONGEST_PROMPT = 8000;

/** The fields, and `show` to call when the kind of task has changed. */
export function wishes() {
  const analysisOnly = [prompt(), detail()];
  const rarely = [model(), pages(), priority(), maxCost(), callback(), reuse()];
  const more = h("details", { class: "more" }, h("summary", {}, t("new.more")), h("div", { class: "wishes" }, rarely));
  const show = () => analysisOnly.forEach((part) => (part.hidden = draft.kind !== "analyze"));
  show();
  return { element: h("div", { class: "wishes" }, analysisOnly, more), show };
}

function prompt() {
  const attributes = { rows: "3", maxlength: LONGEST_PROMPT, placeholder: t("prompt.default") };
  return field("prompt", h("textarea", attributes));
}

function detail() {
  const options = ["auto", "low", "high", "original"].map((name) => h("option", { value: name }, t(`detail.${name}`)));
  return field("detail", h("select", {}, options));
}

function model() {
  const list = h("datalist", { id: "models" }, h("option", { value: "local" }, t("model.local")));
  const input = h("input", { type: "text", list: "models", maxlength: "200", autocomplete: "off", spellcheck: "false" });
  const draw = () => {
    const standard = health()?.engines?.[0]?.model ?? "local";
    set(input, "placeholder", t("model.standard", { name: standard }));
  };
  listen(healthNews, "health", draw);
  draw();
  return field("model", input, list);
}

function pages() {
  const attributes = { type: "text", maxlength: "1000", placeholder: t("pages.example"), autocomplete: "off", inputmode: "numeric" };
  return field("pages", h("input", attributes));
}

function priority() {
  const output = h("output", {});
  const input = h("input", { type: "range", min: "0", max: "9", step: "1" });
  const show = () => say(output, input.value === "0" ? t("priority.usual") : input.value);
  input.addEventListener("input", show);
  const element = field("priority", input, output);
  show();
  return element;
}

function maxCost() {
  return field("max_cost", h("input", { type: "number", min: "0", step: "any", placeholder: t("max_cost.none") }));
}

function callback() {
  return field("callback_url", h("input", { type: "url", maxlength: "2048", placeholder: "https://", autocomplete: "off" }));
}

/** Whether an earlier answer to the same question will do. */
function reuse() {
  const input = h("input", { type: "checkbox", name: "reuse", checked: draft.wishes.reuse !== "" });
  input.addEventListener("change", () => (draft.wishes.reuse = input.checked ? "true" : ""));
  return h("label", { class: "check field reuse" }, input, h("span", {}, t("wish.reuse")));
}

/** A labelled control for one wish, which it keeps in the draft. */
function field(name, control, ...beside) {
  control.id = unique(name);
  set(control, "name", name);
  control.value = draft.wishes[name];
  control.addEventListener("input", () => (draft.wishes[name] = control.value));
  return h("div", { class: `field ${name}` }, h("label", { for: control.id }, t(`wish.${name}`)), control, beside);
}
