/** The form for new tasks: files, what to do with them, and how. */

import { announce, tell } from "./announce.js";
import { draft } from "./draft.js";
import { drops } from "./drop.js";
import { fill, h, icon, say } from "./dom.js";
import { estimator } from "./estimate.js";
import { fileRow } from "./file-row.js";
import { worthSending } from "./folders.js";
import { size } from "./format.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";
import { wishes } from "./wishes.js";

const ACCEPT = "image/*,.heic,.heif,.avif,.tif,.tiff,.pdf,.docx,.xlsx,.xls,.zip";

export function composer() {
  const options = wishes();
  const submit = h("button", { type: "submit", class: "primary grow" });
  const title = h("h2", { id: "new-task" }, t("new.title"));
  const fields = h("div", { class: "fields" }, title, kinds(options), dropZone(), fileList(), hint(), options.element);
  const attributes = { class: "card composer", "aria-labelledby": "new-task", onsubmit: send };
  const estimate = estimator();
  const form = h("form", attributes, fields, h("footer", {}, estimate.line, h("div", { class: "line" }, submit, estimate.button)));
  form.addEventListener("input", estimate.forget);
  const draw = () => {
    const count = draft.waiting.length;
    submit.disabled = count === 0;
    form.classList.toggle("filled", draft.files.length > 0);
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
  listen(drops, "files", (event) => add(event.detail));
  const words = h("div", {}, h("p", { class: "strong" }, t("drop.invite")), h("p", { class: "faint" }, t("drop.kinds")));
  const ways = [chooser("drop.choose", { accept: ACCEPT, "data-part": "files" }), chooser("drop.folder", { webkitdirectory: true, "data-part": "folder" })];
  return h("div", { class: "drop" }, icon("upload", "icon large"), words, h("div", { class: "ways" }, ways));
}

/** A button that opens the browser's own choice of files or of a folder. */
function chooser(words, attributes) {
  const input = h("input", { type: "file", multiple: true, hidden: true, ...attributes });
  input.addEventListener("change", () => {
    add(worthSending([...input.files]));
    input.value = ""; // so that the same file can be chosen again
  });
  return [h("button", { type: "button", class: "small", onclick: () => input.click() }, t(words)), input];
}

function add(files) {
  draft.add(files);
  announce(t("drop.added", { count: files.length }));
}

function fileList() {
  const list = h("ul", { class: "files", "aria-label": t("files") });
  const sum = h("span", { class: "grow" });
  const clear = h("button", { type: "button", class: "link", onclick: () => draft.clear() }, t("files.clear"));
  const above = h("p", { class: "line faint" }, sum, clear);
  const rows = new Map();
  const draw = () => {
    for (const one of draft.files) if (!rows.has(one)) rows.set(one, fileRow(one));
    list.hidden = draft.files.length === 0;
    above.hidden = draft.files.length < 2;
    say(sum, t("files.sum", { count: draft.files.length, size: size(draft.files.reduce((all, one) => all + one.file.size, 0)) }));
    fill(list, draft.files.map((one) => rows.get(one).element));
    for (const one of draft.files) rows.get(one).show();
  };
  listen(draft, "files", draw);
  listen(draft, "file", (event) => rows.get(event.detail)?.show());
  draw();
  return h("div", { class: "chosen" }, above, list);
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
