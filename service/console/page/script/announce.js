/** What a screen reader is told, and the short messages in the corner. */

import { h, icon } from "./dom.js";
import { t } from "./language.js";

const SHOWN = 7000; // ms that a message stays; a failure stays until it is closed
const spoken = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
const corner = h("div", { class: "toasts" });

/** The two places, to be put into the page once. */
export const voices = [spoken, corner];

/** Say something to screen readers only. */
export function announce(text) {
  spoken.append(h("p", {}, text));
  while (spoken.childElementCount > 3) spoken.firstChild.remove();
}

/** A message that something was done. */
export function tell(text) {
  const toast = show("toast", "status", "check", text);
  setTimeout(() => toast.remove(), SHOWN);
}

/** A message that something failed, by the Problem that it came with; `others` is how many more failed beside it. */
export function complain(problem, others = 0) {
  const small = [
    others > 0 && t("problem.others", { count: others }),
    problem.requestId && `${t("problem.request")} ${problem.requestId}`,
  ].filter(Boolean);
  show("toast bad", "alert", "warning", problem.message, small.map((words) => h("small", {}, words)));
}

function show(className, role, picture, text, details = null) {
  const close = h("button", { type: "button", class: "plain small", onclick: () => toast.remove() }, icon("close"));
  close.setAttribute("aria-label", t("close"));
  const toast = h("div", { class: className, role }, icon(picture), h("div", {}, h("p", {}, text), details), close);
  corner.append(toast);
  return toast;
}
