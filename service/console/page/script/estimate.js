/** What the chosen files would cost, asked for before they are sent; nothing is run for it. */

import { complain } from "./announce.js";
import { draft } from "./draft.js";
import { h, icon, say, set } from "./dom.js";
import { dollars, number } from "./format.js";
import { t } from "./language.js";
import { listen } from "./lifetime.js";

/** A button, and the line that it fills; both are away while there is nothing to estimate. */
export function estimator() {
  const line = h("p", { class: "estimate", role: "status" });
  const button = h("button", { type: "button", class: "quiet" }, icon("coins"), t("estimate"));
  button.addEventListener("click", async () => {
    set(button, "aria-busy", "true");
    button.disabled = true;
    try {
      say(line, told(await draft.estimates()));
    } catch (problem) {
      complain(problem);
    }
    button.removeAttribute("aria-busy");
    button.disabled = false;
  });
  const draw = () => {
    button.hidden = draft.waiting.length === 0;
    forget();
  };
  const forget = () => say(line, ""); // what was told is of other files or wishes
  listen(draft, "files", draw);
  draw();
  return { button, line, forget };
}

/** One sentence for all of them together. */
function told({ answers, problem }) {
  if (answers.length === 0) return problem?.message ?? "";
  const parts = [costOf(answers), pagesOf(answers), tokensOf(answers)].filter(Boolean).join(" · ");
  return problem === null ? parts : `${parts} · ${t("estimate.some", { count: answers.length })}`;
}

function costOf(answers) {
  if (answers.some((one) => one.cost_usd === null)) return t("estimate.unknown");
  const [least, most] = sums(answers.map((one) => one.cost_usd));
  return most === 0 ? t("estimate.free") : t("estimate.cost", { least: dollars(least, 3), most: dollars(most, 3) });
}

function pagesOf(answers) {
  const count = answers.reduce((sum, one) => sum + (one.page_count ?? 0), 0);
  return count > 0 && t("estimate.pages", { count: number(count) });
}

function tokensOf(answers) {
  const [least, most] = sums(answers.flatMap((one) => [one.prompt_tokens, one.completion_tokens]));
  return most > 0 && t("estimate.tokens", { least: number(least), most: number(most) });
}

function sums(spans) {
  return [spans.reduce((sum, span) => sum + span.least, 0), spans.reduce((sum, span) => sum + span.most, 0)];
}
