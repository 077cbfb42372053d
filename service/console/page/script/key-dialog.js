/** Asking for an API key, where the service has keys. */

import { question } from "./dialog.js";
import { h, unique } from "./dom.js";
import { addKey, dropKey, key } from "./keys.js";
import { t } from "./language.js";

let asking = false;

/** Ask for a key, keep it for this tab, then go on with `then`; one question at a time. */
export async function askKey(then, { closable = false } = {}) {
  if (asking) return;
  asking = true;
  const refused = !closable && key() !== undefined;
  if (refused) dropKey();
  const secret = field("key.secret", { type: "password", autocomplete: "off", spellcheck: "false", required: true });
  const name = field("key.name", { type: "text", autocomplete: "off", maxlength: "40" });
  const content = [h("p", {}, t(refused ? "key.refused" : "key.explained")), secret.element, name.element];
  const agreed = await question({ title: t("key.title"), content, confirm: t("key.confirm"), closable });
  asking = false;
  if (!agreed) return;
  addKey(secret.input.value.trim(), name.input.value.trim());
  await then();
}

function field(words, attributes) {
  const id = unique("key");
  const input = h("input", { id, ...attributes });
  return { input, element: h("div", { class: "field" }, h("label", { for: id }, t(words)), input) };
}
