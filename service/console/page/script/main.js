/** The console: puts the page together, and again when the language changes. */

import { voices } from "./announce.js";
import { composer } from "./composer.js";
import { catchDrops } from "./drop.js";
import { fill, h } from "./dom.js";
import { header } from "./header.js";
import { watchHealth } from "./health.js";
import { door } from "./http.js";
import { askKey } from "./key-dialog.js";
import { language, onLanguage, t, tell } from "./language.js";
import { begin } from "./lifetime.js";
import { queue } from "./queue.js";
import { place, onPlace } from "./router.js";
import { taskView } from "./task.js";
import { NO_FILTER, tasks } from "./tasks.js";

const main = h("main", { id: "main", tabindex: "-1" });
const frame = h("div", { class: "frame" });
let open = null;

/** Show what the address names: the list, or one task. */
function show(arriving) {
  open?.close();
  open = null;
  const { task: id, batch } = place();
  home.hidden = id !== null;
  document.title = t("title"); // until a task that is open says its own
  main.querySelector(".task-view")?.remove();
  if (id !== null) {
    open = taskView(id);
    main.append(open.element);
  } else if (batch !== tasks.filter.batch_id) {
    void tasks.restart({ ...NO_FILTER, batch_id: batch });
  }
  if (arriving) (main.querySelector(".task-view h1") ?? main).focus();
}

let home = h("div");

function build() {
  begin();
  tell();
  home = h("div", { class: "home" }, h("h1", { class: "unseen" }, t("name")), composer(), queue());
  fill(main, home);
  const skip = h("a", { class: "skip", href: "#main", onclick: jump }, t("skip"));
  const foot = h("footer", { class: "foot" }, h("a", { href: `/docs?lang=${language()}` }, t("docs")));
  fill(frame, skip, header(), main, foot);
  show(false);
}

function jump(event) {
  event.preventDefault(); // the address after # names what is open
  main.focus();
}

async function start() {
  document.body.append(frame, ...voices);
  build();
  catchDrops(document.body);
  onLanguage(() => {
    build();
    void tasks.load();
  });
  onPlace(() => show(true));
  door.addEventListener("closed", () => void askKey(connect));
  watchHealth();
  await tasks.start();
}

/** Once more with a key that was given: what was refused without it. */
async function connect() {
  watchHealth();
  show(false);
  await tasks.start();
}

await start();
