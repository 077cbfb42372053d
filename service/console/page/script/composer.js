/** The form for new tasks: files, what to do with them, and how. */

import { announce, tell } from "./announce.js";
import { draft } from "./draft.js";
import { drops } from "./drop.js";
import { fill, h, icon, say, set, unique } from "./dom.js";
import { fileRow } from "./file-row.js";
import { health, healthNews } from "./health.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";

const ACCEPT = "image/*,.heic,.heif,.avif,.tif,.tiff,.pdf,.docx,.xlsx,.xls";
const LONGEST_PROMPT = 8000;

export function composer() {
  const options = wishes();
  const submit = h("button", { type: "submit", class: "primary wide" });
  const title = h("h2", { id: "new-task" }, t("new.title"));
  const fields = h("div", { class: "fields" }, title, kinds(options), dropZone(), fileList(), hint(), options.element);
  const attributes = { class: "card composer", "aria-labelledby": "new-task", onsubmit: send };
  const form = h("form", attributes, fields, h("footer", {}, submit));
  const draw = () => {
    const count = draft.waiting.length;
    submit.disabled = count === 0;
    fill(submit, icon("send"), t("new.submit", { count }));
  };
  listen(draft, "files", draw);
  listen(draft, "file", draw);
  draw();
  return form;
}

async function send(event) {
  event.preventDefault();
  const count = await draft.send();
  if (count > 0) tell(t("new.sent", { count }));
}

function kinds(options) {
  const group = h("fieldset", { class: "segments wide", "data-part": "kind" }, h("legend", { class: "unseen" }, t("new.kind")));
  for (const [kind, picture] of [["analyze", "image"], ["tables", "table"]]) {
    const radio = h("input", { type: "radio", name: "kind", value: kind, class: "unseen", checked: draft.kind === kind });
    radio.addEventListener("change", () => {
      draft.kind = kind;
      options.show();
      draft.tell("files");
    });
    group.append(h("label", {}, radio, icon(picture), t(`kind.${kind}`)));
  }
  return group;
}

function dropZone() {
  const input = h("input", { type: "file", multiple: true, accept: ACCEPT, hidden: true, "data-part": "files" });
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });
  listen(drops, "files", (event) => add(event.detail));
  const choose = h("button", { type: "button", onclick: () => input.click() }, t("drop.choose"));
  const words = [h("p", { class: "strong" }, t("drop.invite")), h("p", { class: "faint" }, t("drop.kinds"))];
  return h("div", { class: "drop" }, icon("upload", "icon large"), words, choose, input);
}

function add(files) {
  draft.add(files);
  announce(t("drop.added", { count: files.length }));
}

function fileList() {
  const list = h("ul", { class: "files", "aria-label": t("files") });
  const rows = new Map();
  const draw = () => {
    for (const one of draft.files) if (!rows.has(one)) rows.set(one, fileRow(one));
    list.hidden = draft.files.length === 0;
    fill(list, draft.files.map((one) => rows.get(one).element));
    for (const one of draft.files) rows.get(one).show();
  };
  listen(draft, "files", draw);
  listen(draft, "file", (event) => rows.get(event.detail)?.show());
  draw();
  return list;
}

/** Offer the other kind of task for files that only it takes. */
function hint() {
  const change = h("button", { type: "button", class: "link", onclick: () => pick("tables") }, t("new.misfit.change"));
  const element = h("p", { class: "note", role: "status" }, h("span", {}, t("new.misfit")), " ", change);
  const draw = () => (element.hidden = !draft.misfits);
  listen(draft, "files", draw);
  draw();
  return element;
}

function pick(kind) {
  document.querySelector(`input[name="kind"][value="${kind}"]`).click();
}

function wishes() {
  const analysisOnly = [prompt(), detail()];
  const more = h("details", { class: "more" }, h("summary", {}, t("new.more")), model(), priority());
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

function priority() {
  const output = h("output", {});
  const input = h("input", { type: "range", min: "0", max: "9", step: "1" });
  const show = () => say(output, input.value === "0" ? t("priority.usual") : input.value);
  input.addEventListener("input", show);
  const element = field("priority", input, output);
  show();
  return element;
}

/** A labelled control for one wish, which it keeps in the draft. */
function field(name, control, ...beside) {
  control.id = unique(name);
  set(control, "name", name);
  control.value = draft.wishes[name];
  control.addEventListener("input", () => (draft.wishes[name] = control.value));
  return h("div", { class: `field ${name}` }, h("label", { for: control.id }, t(`wish.${name}`)), control, beside);
}
