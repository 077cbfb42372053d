/** Why a task failed, and what to do about it. */

import { h, icon } from "./dom.js";
import { named, t } from "./language.js";

/** A box, or nothing where the task has not failed. */
export function failure(task) {
  if (task.status !== "failed") return null;
  const { code, message, retryable } = task.error;
  const remedy = named("remedy", code);
  const words = [
    h("p", { class: "strong" }, message),
    remedy !== code && h("p", {}, h("span", { class: "strong" }, `${t("remedy")}: `), remedy),
    h("p", { class: "faint" }, t(retryable ? "failure.passing" : "failure.lasting"), " ", h("code", {}, code)),
  ];
  return h("div", { class: "failure", role: "alert" }, icon("warning", "icon large"), h("div", {}, words));
}
