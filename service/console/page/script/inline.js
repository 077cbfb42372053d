/** What stands within a line of Markdown: emphasis, code, links, line breaks. Everything else is text. */

import { h } from "./dom.js";

const LONGEST = 20_000; // characters of a line that is looked into
const DEEPEST = 6;

// Every part is bounded, so that no line of a hostile document takes long.
const TOKEN = new RegExp(
  [
    String.raw`(?<escaped>\\[!-/:-@[-\x60{-~])`,
    String.raw`(?<ticks>\x60+)(?<code>[^\x60]{1,2000}?)\k<ticks>(?!\x60)`,
    String.raw`(?<picture>!?)\[(?<words>[^\[\]]{0,500})\]\((?<address>[^()\s]{1,2000})(?:\s+"[^"]{0,200}")?\)`,
    String.raw`\*\*(?<strong>[^\s*](?:[^*]|\*(?!\*)){0,2000}?)\*\*`,
    String.raw`__(?<strong2>[^\s_][^_]{0,2000}?)__`,
    String.raw`~~(?<struck>[^~]{1,2000}?)~~`,
    String.raw`\*(?<soft>[^\s*][^*]{0,2000}?)\*`,
    String.raw`(?<![\p{L}\p{N}])_(?<soft2>[^\s_][^_]{0,2000}?)_(?![\p{L}\p{N}])`,
    String.raw`(?<turn><br\s*/?>)`,
    String.raw`(?<bare>https?://[^\s<>()"'|]{1,2000}[^\s<>()"'|.,:;!?])`,
  ].join("|"),
  "gu",
);

/** The nodes of one line. */
export function inline(text, depth = 0) {
  if (text.length > LONGEST || depth > DEEPEST) return [text];
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(text.slice(at, match.index), node(match, depth + 1));
    at = match.index + match[0].length;
  }
  return [...nodes, text.slice(at)].filter((one) => one !== "");
}

function node(match, depth) {
  const { escaped, code, picture, words, address, strong, strong2, struck, soft, soft2, turn, bare } = match.groups;
  if (escaped) return escaped.slice(1);
  if (code) return h("code", {}, code.trim());
  if (turn) return h("br");
  if (bare) return link(bare, [bare]);
  if (address) return picture ? `[${words}]` : link(address, inline(words, depth));
  if (strong ?? strong2) return h("strong", {}, inline(strong ?? strong2, depth));
  if (struck) return h("s", {}, inline(struck, depth));
  return h("em", {}, inline(soft ?? soft2, depth));
}

/** A link that leads away in a tab of its own; an address of another kind (javascript:, data:) is no link. */
function link(address, content) {
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return h("span", {}, content);
  return h("a", { href: address, title: address, target: "_blank", rel: "noopener noreferrer nofollow" }, content);
}
