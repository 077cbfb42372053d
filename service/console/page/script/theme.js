/** Light, dark, or as the system has it; the stylesheet follows `data-theme`, set at first by early.js. */

export const THEMES = ["auto", "light", "dark"];

export function theme() {
  return document.documentElement.dataset.theme;
}

/** Change it, now and for later visits. */
export function paint(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
}
