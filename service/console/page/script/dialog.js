/** Questions that must be answered before anything goes on: the browser's own dialog, which keeps the focus inside. */

import { h, unique } from "./dom.js";
import { t } from "./language.js";

/**
 * Ask; resolves with whether it was confirmed. `content` stands below the title, `danger` marks what cannot be undone;
 * `check` may refuse to close by returning false. Escape means no.
 */
export function question({ title, content = [], confirm, danger = false, check = () => true, closable = true }) {
  return new Promise((resolve) => {
    const id = unique("dialog");
    const say = (answer) => () => {
      dialog.remove();
      resolve(answer);
    };
    const submit = (event) => {
      event.preventDefault();
      if (check()) say(true)();
    };
    const no = closable && h("button", { type: "button", class: "quiet", onclick: say(false) }, t("dialog.no"));
    const yes = h("button", { type: "submit", class: danger ? "danger" : "primary" }, confirm);
    const form = h("form", { onsubmit: submit }, h("h2", { id }, title), content, h("footer", {}, no, yes));
    const cancel = (event) => {
      event.preventDefault();
      if (closable) say(false)();
    };
    const dialog = h("dialog", { "aria-labelledby": id, oncancel: cancel }, form);
    document.body.append(dialog);
    dialog.showModal();
  });
}
