/** The bar above everything: name, health, key, language, colours. */

import { fill, h, icon, set } from "./dom.js";
import { healthChip } from "./health.js";
import { askKey } from "./key-dialog.js";
import { chooseKey, key, keys } from "./keys.js";
import { language, speak, t } from "./language.js";
import { listen } from "./lifetime.js";
import { LIST } from "./router.js";
import { paint, theme, THEMES } from "./theme.js";
import { tasks } from "./tasks.js";

const PICTURES = { auto: "screen", light: "sun", dark: "moon" };

export function header() {
  const mark = h("img", { src: "/console/icon.svg", alt: "", width: "28", height: "28" });
  const name = h("a", { class: "brand", href: LIST }, mark, h("span", {}, t("name")));
  return h("header", { class: "bar" }, name, healthChip(), h("div", { class: "tools" }, keyTool(), languages(), themes()));
}

/** The key in use where there is one; a choice between them where there are several. */
function keyTool() {
  const tool = h("div", { class: "key-tool" });
  const draw = () => fill(tool, keys().length > 0 && [keyChoice(), keyButton()]);
  listen(tasks, "list", draw);
  draw();
  return tool;
}

function keyChoice() {
  const options = keys().map((one, index) => h("option", { value: index, selected: one.secret === key().secret }, one.name));
  const choose = (event) => {
    chooseKey(Number(event.target.value));
    location.hash = LIST; // what is open is another client's
    void tasks.start();
  };
  return h("select", { class: "small", "aria-label": t("key.choose"), onchange: choose }, options);
}

function keyButton() {
  const ask = () => askKey(() => tasks.start(), { closable: true });
  return h("button", { type: "button", class: "plain", "aria-label": t("key.add"), title: t("key.add"), onclick: ask }, icon("key"));
}

function languages() {
  const other = language() === "ko" ? "en" : "ko";
  const word = { ko: "한국어", en: "English" }[other];
  return h("button", { type: "button", class: "plain", lang: other, onclick: () => speak(other) }, icon("language"), word);
}

function themes() {
  const group = h("div", { class: "segments icons", role: "radiogroup", "aria-label": t("theme") });
  for (const name of THEMES) {
    const radio = h("input", { type: "radio", name: "theme", value: name, checked: name === theme(), class: "unseen" });
    radio.addEventListener("change", () => paint(name));
    const label = h("label", { title: t(`theme.${name}`) }, radio, icon(PICTURES[name]), h("span", { class: "unseen" }, t(`theme.${name}`)));
    group.append(label);
  }
  set(group, "data-part", "theme");
  return group;
}
