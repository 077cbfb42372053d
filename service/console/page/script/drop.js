/** Files and folders dropped anywhere on the page, or files pasted. */

import { h, icon } from "./dom.js";
import { filesOf } from "./folders.js";
import { t } from "./language.js";

/** Told with `detail`: the files. */
export const drops = new EventTarget();

/** Take files dropped on `surface`, and show that they may be. */
export function catchDrops(surface) {
  const veil = h("div", { class: "veil", "aria-hidden": "true" });
  let depth = 0; // drag events come from every element below as well
  const cover = (change) => {
    depth = change === 0 ? 0 : depth + change;
    if (depth > 0) veil.replaceChildren(h("p", {}, icon("upload"), t("drop.here")));
    veil.classList.toggle("shown", depth > 0);
  };
  surface.append(veil);
  const listeners = {
    dragenter: (event) => carriesFiles(event) && (event.preventDefault(), cover(1)),
    dragleave: (event) => carriesFiles(event) && cover(-1),
    dragover: (event) => carriesFiles(event) && event.preventDefault(),
    drop: (event) => carriesFiles(event) && (event.preventDefault(), cover(0), void filesOf(event.dataTransfer).then(give)),
    paste: (event) => event.clipboardData.files.length > 0 && give([...event.clipboardData.files]),
  };
  for (const [name, listener] of Object.entries(listeners)) surface.addEventListener(name, listener);
}

function carriesFiles(event) {
  return event.dataTransfer.types.includes("Files");
}

function give(files) {
  drops.dispatchEvent(new CustomEvent("files", { detail: files }));
}
