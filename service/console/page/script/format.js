/** Times, spans, sizes and money as a person of the chosen language writes them. */

import { h } from "./dom.js";
import { language } from "./language.js";

const SHORT = 20; // characters of a name that is shown whole
const ENDING = 10;

/** "14:03:22", with the date where it is not today's. */
export function clock(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? {} : { month: "short", day: "numeric" };
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(language(), { ...day, ...time }).format(date);
}

/** Date and time, whole. */
export function moment(iso) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** "3 minutes ago". */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - new Date(iso)) / 1000));
  const [unit, length] = STEPS.find(([, size]) => seconds >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" }).format(-Math.floor(seconds / length), unit);
}

/** "0.8 s", "12 s", "3 min 5 s"; the milliseconds of a span. */
export function span(milliseconds) {
  const seconds = Math.max(0.1, milliseconds / 1000); // what took no time at all took some
  if (seconds < 60) return unit(seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds), "second");
  const whole = Math.round(seconds);
  return `${unit(Math.floor(whole / 60), "minute")} ${unit(whole % 60, "second")}`;
}

/** Bytes, in KB and MB of 1024, as the service counts them. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const [amount, name] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${number(amount, amount < 10 ? 1 : 0)} ${name}`;
}

export function number(value, digits = 0) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

/** A price in US dollars, with as many places as a few tokens need, or at most `places`. */
export function dollars(value, places = 6) {
  const style = { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: places };
  return new Intl.NumberFormat(language(), style).format(value);
}

/** A long name in two parts: its beginning, which may be cut where there is no room, and the ending that says what it is. */
export function nameParts(name) {
  if (name.length <= SHORT) return [h("span", {}, name)];
  return [h("span", {}, name.slice(0, -ENDING)), h("span", {}, name.slice(-ENDING))];
}

function unit(value, name) {
  return new Intl.NumberFormat(language(), { style: "unit", unit: name, unitDisplay: "short" }).format(value);
}
