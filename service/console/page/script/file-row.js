/** One chosen file in the form: name, size, how far it was sent, why it was refused. */

import { draft } from "./draft.js";
import { fill, h, icon, set } from "./dom.js";
import { nameParts, size } from "./format.js";
import { t } from "./language.js";

export function fileRow(one) {
  const { name, size: bytes } = one.file;
  const remove = h("button", { type: "button", class: "plain small", onclick: () => take() }, icon("close"));
  set(remove, "aria-label", t("file.remove", { name }));
  const bar = h("progress", { max: "1", "aria-label": t("file.sending", { name }) });
  const why = h("p", { class: "why", role: "alert" });
  const facts = [h("span", { class: "name ends", title: name }, nameParts(name)), h("span", { class: "faint" }, size(bytes))];
  const element = h("li", {}, h("div", { class: "line" }, icon(pictureOf(one.file)), facts, remove), bar, why);

  function take() {
    const next = element.nextElementSibling ?? element.previousElementSibling;
    draft.remove(one);
    (next?.querySelector("button") ?? document.querySelector(".drop button")).focus();
  }

  return {
    element,
    show() {
      element.dataset.state = one.state;
      bar.hidden = one.state !== "sending";
      bar.value = one.share;
      why.hidden = one.problem === null;
      fill(why, one.problem?.message ?? "");
    },
  };
}

function pictureOf(file) {
  if (/\.zip$/i.test(file.name)) return "archive";
  return file.type.startsWith("image/") ? "image" : "table";
}
