/** The pages of a task's file as pictures, one at a time, with the tables that were found marked on them. */

import { fill, h, icon, say, set } from "./dom.js";
import { send } from "./http.js";
import { t } from "./language.js";
import { pageStrip } from "./page-strip.js";

const COLOURS = 6;
const MARGIN = 0.07; // of a page's width, that the number of a mark needs

/** A viewer for a task's file; `pick` is called with the index of a table whose mark was chosen. */
export function pageViewer(task, pick, signal) {
  return new Viewer(task, pick, signal);
}

class Viewer {
  #tables = [];
  #asked = new Map(); // number of a page -> promise of the address of its picture
  #pictures = new Map(); // number of a page -> that address, once it is there
  #page = 1;
  #count = 1;

  constructor(task, pick, signal) {
    Object.assign(this, { task, pick, signal });
    this.picture = h("img", { alt: "" });
    this.marks = h("div", { class: "marks" });
    this.sheet = h("div", { class: "sheet", hidden: true }, h("div", { class: "paper" }, this.picture, this.marks));
    this.word = h("div", { class: "word", role: "status" });
    this.where = h("span", { "aria-live": "polite" });
    this.back = arrow("back", "page.back", () => this.show(this.#page - 1));
    this.next = arrow("next", "page.next", () => this.show(this.#page + 1));
    this.switch = h("input", { type: "checkbox", checked: true });
    this.switch.addEventListener("change", () => (this.marks.hidden = !this.switch.checked));
    this.label = h("label", { class: "check", hidden: true }, this.switch, t("marks"));
    this.strip = pageStrip((page) => this.show(page), (page) => this.#fetched(page), signal);
    const bar = h("div", { class: "page-bar" }, this.back, this.where, this.next, this.label, this.#zoom());
    const attributes = { class: "card viewer", "aria-label": t("pages"), onkeydown: (event) => this.#onKey(event) };
    this.element = h("section", attributes, bar, this.sheet, this.word, this.strip.element);
    signal.addEventListener("abort", () => this.#pictures.forEach((address) => URL.revokeObjectURL(address)));
    void this.show(1);
  }

  /** Mark these tables, and turn to the first page that has one. */
  mark(tables) {
    this.#tables = tables.map((table, index) => ({ ...table, index })).filter((table) => table.box !== null);
    this.label.hidden = this.#tables.length === 0;
    const first = this.#tables[0]?.page ?? 1;
    if (this.#tables.some((table) => table.page === this.#page)) this.#drawMarks();
    else void this.show(first);
  }

  /** Turn to a table's page, and make its mark stand out. */
  async point(index) {
    const table = this.#tables.find((one) => one.index === index);
    if (table === undefined) return;
    if (table.page !== this.#page) await this.show(table.page);
    const mark = this.marks.querySelector(`[data-mark="${index}"]`);
    mark?.scrollIntoView({ block: "nearest" });
    mark?.focus({ preventScroll: true });
  }

  async show(page) {
    if (page < 1 || page > this.#count) return;
    this.#page = page;
    this.#drawBar();
    if (!this.#pictures.has(page)) this.#wait();
    try {
      const address = await this.#fetched(page);
      if (this.#page === page) await this.#draw(address);
    } catch (problem) {
      if (!this.signal.aborted && this.#page === page) this.#fail(problem);
    }
  }

  #wait() {
    set(this.element, "aria-busy", "true");
    if (this.#pictures.size === 0) fill(this.word, h("div", { class: "skeleton page" }), h("span", { class: "unseen" }, t("page.coming")));
  }

  /** The address of a page's picture, asked for once. Throws Problem. */
  #fetched(page) {
    if (!this.#asked.has(page)) {
      const asking = this.#fetch(page);
      asking.catch(() => this.#asked.delete(page));
      this.#asked.set(page, asking);
    }
    return this.#asked.get(page);
  }

  async #fetch(page) {
    const response = await send("GET", `/background/task-pages/${this.task.task_id}/${page}`, { signal: this.signal });
    const address = URL.createObjectURL(await response.blob());
    this.#pictures.set(page, address);
    this.#count = Number(response.headers.get("Page-Count"));
    return address;
  }

  async #draw(address) {
    this.picture.src = address;
    this.picture.alt = t("page.picture", { page: this.#page, name: this.task.filename });
    await this.picture.decode();
    set(this.element, "aria-busy", "false");
    this.sheet.hidden = false;
    fill(this.word);
    this.#drawBar();
    this.#drawMarks();
  }

  #fail(problem) {
    set(this.element, "aria-busy", "false");
    this.sheet.hidden = true;
    if (problem.code === "no_preview") this.element.hidden = true;
    const again = problem.retryable && h("button", { type: "button", onclick: () => this.show(this.#page) }, icon("retry"), t("again"));
    fill(this.word, h("div", { class: "empty" }, icon("image", "icon large"), h("p", {}, problem.message), again));
  }

  #drawBar() {
    say(this.where, t("page.place", { page: this.#page, count: this.#count }));
    this.back.hidden = this.next.hidden = this.#count === 1;
    this.back.disabled = this.#page <= 1;
    this.next.disabled = this.#page >= this.#count;
    this.strip.show(this.#page, this.#count);
  }

  #drawMarks() {
    const here = this.#tables.filter((table) => table.page === this.#page);
    fill(this.marks, here.map((table) => this.#mark(table)));
  }

  #mark({ box: [left, top, right, bottom], index, title }) {
    const name = title ?? t("table.of", { number: index + 1 });
    const style = { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) };
    const place = left < MARGIN ? "mark edge" : "mark";
    const attributes = { type: "button", class: place, style, "data-mark": index, "data-colour": index % COLOURS };
    const words = h("span", { class: "tag", "aria-hidden": "true" }, String(index + 1));
    return h("button", { ...attributes, "aria-label": t("mark.of", { name }), onclick: () => this.pick(index) }, words);
  }

  /** A button that shows the picture as large as it is, or as large as fits. */
  #zoom() {
    const button = h("button", { type: "button", class: "plain small zoom", "aria-pressed": "false", title: t("zoom") }, icon("zoom"));
    set(button, "aria-label", t("zoom"));
    button.addEventListener("click", () => {
      const zoomed = this.sheet.classList.toggle("zoomed");
      set(button, "aria-pressed", String(zoomed));
      set(this.sheet, "tabindex", zoomed && "0"); // what scrolls must be reached by keyboard
    });
    return button;
  }

  #onKey(event) {
    const steps = { PageUp: -1, PageDown: 1 };
    if (!(event.key in steps) || this.#count === 1) return;
    event.preventDefault();
    void this.show(this.#page + steps[event.key]);
  }
}

function arrow(picture, words, act) {
  return h("button", { type: "button", class: "plain small", "aria-label": t(words), title: t(words), onclick: act }, icon(picture));
}

function percent(share) {
  return `${(share * 100).toFixed(3)}%`;
}
