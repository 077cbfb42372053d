/** A table of a document as a table of the page. */

import { h } from "./dom.js";
import { number } from "./format.js";
import { t } from "./language.js";

const AMOUNT = /^[-+(△▲▼]?\s?[$€£¥₩]?\s?\d[\d.,\s]*\s?(?:%|원|개|건|명)?\)?$/u;
const ROWS = 200; // shown at first: a sheet may have a hundred thousand

/** A table in a frame of its own that scrolls, also by keyboard. */
export function tableElement(table, title) {
  const rows = inRows(table);
  const rest = rows.slice(table.header_rows);
  const amounts = columnsOfAmounts(rest.slice(0, ROWS));
  const head = h("thead", {}, rows.slice(0, table.header_rows).map((cells) => line(cells, "th", amounts)));
  const body = h("tbody");
  const show = (most) => body.append(...rest.splice(0, most).map((cells) => line(cells, "td", amounts)));
  show(ROWS);
  const element = h("table", {}, h("caption", { class: "unseen" }, title), table.header_rows > 0 && head, body);
  const frame = h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": title }, element);
  if (rest.length === 0) return frame;
  const more = h("button", { type: "button", class: "wide quiet" }, t("table.more", { count: number(rest.length) }));
  more.addEventListener("click", () => (show(Infinity), more.remove()));
  return [frame, more];
}

/**
 * The cells of each row, in order. A merged cell stands where it begins; what it covers has no cell; a place that no
 * cell of the table covers gets an empty one.
 */
function inRows(table) {
  const rows = Array.from({ length: table.rows }, () => ({ cells: [], covered: new Set() }));
  for (const cell of table.cells) {
    rows[cell.row]?.cells.push(cell);
    for (const row of rows.slice(cell.row, cell.row + cell.row_span)) cover(row, cell);
  }
  return rows.map(({ cells, covered }) => {
    const columns = Array.from({ length: table.columns }, (_, column) => column);
    const gaps = columns.filter((column) => !covered.has(column)).map(emptyCell);
    return [...cells, ...gaps].sort((one, other) => one.column - other.column);
  });
}

function cover({ covered }, { column, column_span: span }) {
  for (let place = column; place < column + span; place += 1) covered.add(place);
}

function emptyCell(column) {
  return { column, row_span: 1, column_span: 1, text: "" };
}

/** The columns most of whose cells are amounts: they, and their headings, stand at the right. */
function columnsOfAmounts(rows) {
  const balance = new Map();
  for (const { column, text } of rows.flat()) {
    if (text.trim() === "") continue;
    balance.set(column, (balance.get(column) ?? 0) + (AMOUNT.test(text.trim()) ? 1 : -1));
  }
  return new Set([...balance.keys()].filter((column) => balance.get(column) > 0));
}

function line(cells, kind, amounts) {
  return h("tr", {}, cells.map((cell) => field(cell, kind, amounts)));
}

function field(cell, kind, amounts) {
  const spans = { rowspan: cell.row_span > 1 && cell.row_span, colspan: cell.column_span > 1 && cell.column_span };
  const className = cell.column_span === 1 && amounts.has(cell.column) && "number";
  return h(kind, { ...spans, scope: kind === "th" && "col", class: className }, cell.text);
}
