/** Tabs, as the WAI-ARIA practices describe them: arrows move between them, Tab goes on into the open one. */

import { h, set, unique } from "./dom.js";
import { number } from "./format.js";
import { t } from "./language.js";

/** `shown` is a list of `{name, content, count}`; the one named `open` is open; `chosen` says whether by a person. */
export function tabs(shown, open) {
  const parts = shown.map(({ name, content, count }) => part(name, content, count));
  const state = {
    open,
    chosen: false,
    choose(name) {
      state.chosen = true;
      state.show(name);
    },
    show(name) {
      state.open = name;
      for (const one of parts) {
        const isOpen = one.name === name;
        set(one.tab, "aria-selected", String(isOpen));
        set(one.tab, "tabindex", isOpen ? "0" : "-1");
        one.panel.hidden = !isOpen;
      }
    },
  };
  for (const one of parts) one.tab.addEventListener("click", () => state.choose(one.name));
  const list = h("div", { class: "tabs", role: "tablist" }, parts.map((one) => one.tab));
  list.addEventListener("keydown", (event) => move(event, parts, state));
  state.element = h("div", {}, list, parts.map((one) => one.panel));
  state.show(open);
  return state;
}

function part(name, content, count) {
  const [tabId, panelId] = [unique("tab"), unique("panel")];
  const words = [t(`tab.${name}`), count > 0 && h("span", { class: "count" }, number(count))];
  const tab = h("button", { type: "button", role: "tab", id: tabId, "aria-controls": panelId, "data-tab": name }, words);
  const panel = h("div", { role: "tabpanel", id: panelId, "aria-labelledby": tabId, class: "panel" }, content);
  return { name, tab, panel };
}

function move(event, parts, state) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  if (!(event.key in steps)) return;
  event.preventDefault();
  const last = parts.length - 1;
  const now = parts.findIndex((one) => one.name === state.open);
  const step = steps[event.key];
  const next = Number.isFinite(step) ? (now + step + parts.length) % parts.length : step < 0 ? 0 : last;
  state.choose(parts[next].name);
  parts[next].tab.focus();
}
