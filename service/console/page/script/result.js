/** What came of a task: the answer as formatted text, the tables as tables, each to be taken away in several forms. */

import { complain, tell } from "./announce.js";
import { h, icon } from "./dom.js";
import { download } from "./http.js";
import { half, t } from "./language.js";
import { markdown } from "./markdown.js";
import { tableElement } from "./table.js";

const FORMS = { csv: "CSV", xlsx: "XLSX", md: "Markdown", html: "HTML", json: "JSON" };

/** The answer to an analysis. */
export function answerTab(task, result) {
  const { text, prompt_followed: followed } = result.analysis;
  const copy = button("copy", "answer.copy", () => copied(text));
  const file = fileButton(task, "text.md", `${task.filename}.md`, t("answer.file"));
  const asked = followed && h("p", { class: "asked" }, icon("send"), h("span", {}, task.prompt));
  const body = text.trim() ? h("div", { class: "prose" }, markdown(text)) : h("p", { class: "faint" }, t("answer.empty"));
  return [h("div", { class: "actions" }, copy, file), concerns(result.concerns), asked, body];
}

/** The tables, each under its own heading; `point` is called with a table's index to show its place on the page. */
export function tablesTab(task, result, point) {
  const { tables } = result;
  const notes = result.analysis ? [] : result.concerns;
  if (tables.length === 0) {
    const words = [h("p", { class: "strong" }, t("tables.none")), h("p", { class: "faint" }, t("tables.none.why"))];
    return [concerns(notes), h("div", { class: "empty" }, icon("table", "icon large"), words)];
  }
  const name = `${task.filename}.xlsx`;
  const all = fileButton(task, "tables.xlsx", name, t("tables.all"), "primary");
  const blocks = tables.map((table, index) => block(task, result, table, index, point));
  return [h("div", { class: "actions" }, all), concerns(notes), blocks];
}

function block(task, result, table, index, point) {
  const title = table.title ?? t("table.of", { number: index + 1 });
  const where = placeOf(table, result.media_type);
  const place = table.box ? h("button", { type: "button", class: "link", onclick: () => point(index) }, where) : where;
  const sure = table.confidence !== null && t("table.sure", { percent: Math.round(table.confidence * 100) });
  const facts = [t("table.size", { rows: table.rows, columns: table.columns }), sure].filter(Boolean).join(" · ");
  const head = h("header", {}, h("h2", {}, title), h("p", { class: "faint" }, place, place && " · ", facts));
  const number = index + 1;
  const files = Object.entries(FORMS).map(([form, word]) =>
    fileButton(task, `tables/${number}.${form}`, `${task.filename}.${number}.${form}`, word),
  );
  const actions = h("div", { class: "actions", role: "group", "aria-label": t("table.files", { title }) }, files);
  const attributes = { class: "table-block", tabindex: "-1", "data-table": index };
  return h("section", attributes, head, actions, concerns(table.concerns), tableElement(table, title));
}

/** "page 3", "pages 3–4", "sheet 2"; nothing for a Word file, which has no pages. */
function placeOf({ page, merged_from_pages: merged }, mediaType) {
  if (/word/.test(mediaType)) return null;
  if (/sheet|excel/.test(mediaType)) return t("sheet.of", { page });
  return merged.length > 1 ? t("pages.of", { first: merged[0], last: merged.at(-1) }) : t("page.of", { page });
}

function concerns(notes) {
  if (notes.length === 0) return null;
  return h("ul", { class: "note", "aria-label": t("concerns") }, notes.map((note) => h("li", {}, half(note))));
}

function fileButton(task, path, name, words, className = "quiet small") {
  const act = async (event) => {
    const pressed = event.currentTarget;
    pressed.setAttribute("aria-busy", "true");
    try {
      await download(`/background/task-result/${task.task_id}/${path}`, name);
    } catch (problem) {
      complain(problem);
    }
    pressed.removeAttribute("aria-busy");
  };
  return h("button", { type: "button", class: className, onclick: act }, icon("download"), words);
}

function button(picture, words, act) {
  return h("button", { type: "button", class: "quiet small", onclick: act }, icon(picture), t(words));
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell(t("answer.copied"));
  } catch {
    complain(new Error(t("answer.copy.refused")));
  }
}
