/**
 * Markdown as elements: what answers and documents use of CommonMark and GitHub's tables. HTML in it stays text, pictures
 * are not fetched. Written here because every library for it makes HTML text, which this page can take none of.
 */

import { h } from "./dom.js";
import { inline } from "./inline.js";

const DEEPEST = 12; // lists and quotes within each other
const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}>\s?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])(\s+|$)/;
const DELIMITERS = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** The blocks of a text. Headings begin at the third level, below those of the page. */
export function markdown(text) {
  return blocks(text.replaceAll("\r\n", "\n").split("\n"), 0);
}

function blocks(lines, depth) {
  const found = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at].trim() === "") {
      at += 1;
      continue;
    }
    const [element, next] = block(lines, at, depth);
    found.push(element);
    at = next;
  }
  return found;
}

/** The block that begins at a line, and the line after it. */
function block(lines, at, depth) {
  const line = lines[at];
  if (FENCE.test(line)) return fenced(lines, at);
  const heading = HEADING.exec(line);
  if (heading) return [h(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2])), at + 1];
  if (RULE.test(line)) return [h("hr"), at + 1];
  if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, at, depth);
  if (depth < DEEPEST && ITEM.test(line)) return list(lines, at, depth);
  if (isTable(lines, at)) return table(lines, at);
  return paragraph(lines, at);
}

function fenced(lines, at) {
  const [, fence] = FENCE.exec(lines[at]);
  let end = at + 1;
  while (end < lines.length && !lines[end].trimStart().startsWith(fence)) end += 1;
  return [h("pre", { tabindex: "0" }, h("code", {}, lines.slice(at + 1, end).join("\n"))), end + 1];
}

function quote(lines, at, depth) {
  const end = after(lines, at, (line) => QUOTE.test(line));
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [h("blockquote", {}, blocks(inner, depth + 1)), end];
}

function list(lines, at, depth) {
  const [, indent, mark] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(mark);
  const items = [];
  let end = at;
  while (end < lines.length && beginsItem(lines[end], indent, ordered)) {
    const [item, next] = listItem(lines, end, indent, depth);
    items.push(item);
    end = next;
  }
  return [h(ordered ? "ol" : "ul", ordered ? { start: parseInt(mark, 10) } : {}, items), end];
}

function beginsItem(line, indent, ordered) {
  const found = ITEM.exec(line);
  return found !== null && found[1].length === indent.length && /\d/.test(found[2]) === ordered && !RULE.test(line);
}

function listItem(lines, at, indent, depth) {
  const [begin] = ITEM.exec(lines[at]);
  const belongs = (line, index) => index === at || leading(line) > indent.length || (line.trim() === "" && leading(lines[index + 1] ?? "") > indent.length);
  const end = after(lines, at, belongs);
  const inner = [lines[at].slice(begin.length), ...lines.slice(at + 1, end)];
  const shift = Math.min(begin.length, ...inner.slice(1).filter((line) => line.trim() !== "").map(leading));
  const dedented = inner.map((line, index) => (index === 0 ? line : line.slice(Math.min(shift, leading(line)))));
  const content = blocks(dedented, depth + 1);
  const single = content.length > 0 && content[0].tagName === "P" ? [...content[0].childNodes, ...content.slice(1)] : content;
  let next = end;
  while (next < lines.length && lines[next].trim() === "" && ITEM.test(lines[next + 1] ?? "")) next += 1;
  return [h("li", {}, single), next];
}

function isTable(lines, at) {
  return lines[at].includes("|") && at + 1 < lines.length && lines[at + 1].includes("-") && DELIMITERS.test(lines[at + 1]);
}

function table(lines, at) {
  const end = after(lines, at + 2, (line) => line.includes("|"));
  const aligned = cells(lines[at + 1]).map((mark) => mark.endsWith(":") && "number");
  const row = (line, kind) => h("tr", {}, cells(line).map((text, index) => h(kind, { class: aligned[index] }, inline(text))));
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  const element = h("table", {}, h("thead", {}, row(lines[at], "th")), h("tbody", {}, body));
  return [h("div", { class: "table-frame", tabindex: "0" }, element), end];
}

/** The fields of a row; `\|` is a bar within one. */
function cells(line) {
  const bare = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return bare.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Lines stay lines: in a document that was read they mean something. */
function paragraph(lines, at) {
  const end = after(lines, at + 1, (line, index) => line.trim() !== "" && !interrupts(lines, index));
  const parts = lines.slice(at, end).flatMap((line, index) => [index > 0 && h("br"), inline(line.trim())]);
  return [h("p", {}, parts), end];
}

function interrupts(lines, at) {
  const line = lines[at];
  return FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line) || isTable(lines, at);
}

function after(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end], end)) end += 1;
  return end;
}

function leading(line) {
  return line.length - line.trimStart().length;
}
