/** The language of the page: chosen before, or else the browser's; Korean unless that prefers English. */

import { EN } from "./words-en.js";
import { KO } from "./words-ko.js";

const WORDS = { ko: KO, en: EN };
const listeners = new Set();
let chosen = localStorage.getItem("language") ?? preferred();

export function language() {
  return chosen;
}

/** Change the language, now and for later visits. */
export function speak(name) {
  chosen = name;
  localStorage.setItem("language", name);
  tell();
  for (const listener of listeners) listener();
}

/** Call `listener` after each change. */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** A word or sentence; where the entry is a function it gets the values, else they fill its `{name}` places. */
export function t(key, values = {}) {
  const entry = WORDS[chosen][key];
  if (entry === undefined) throw new Error(`no words for ${key}`);
  return typeof entry === "function" ? entry(values) : entry.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Words for something that a newer server may call by a name unknown here: then the name itself. */
export function named(prefix, name) {
  return WORDS[chosen][`${prefix}.${name}`] ?? name;
}

/** That half of a result's note which is in the language in use: results hold Korean and then English. */
export function half(note) {
  const [, ko, en] = /^(.*[가-힣].*?[.!?])\s+([A-Z][^가-힣]+)$/s.exec(note) ?? [];
  return { ko, en }[chosen] ?? note;
}

/** Tell the browser and screen readers which language the page is in. */
export function tell() {
  document.documentElement.lang = chosen;
}

function preferred() {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return wanted.find((tag) => tag in WORDS) ?? "ko";
}
