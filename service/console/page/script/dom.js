/** Elements, made without any HTML text: what a document says can never become markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `props`: `class`; `on...` are listeners; `style` sets single properties; a boolean sets or leaves out an
 * attribute; anything else is an attribute. Children: nodes, text, arrays; null, undefined and false are left out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
  element.append(...children.flat(Infinity).filter(shown));
  return element;
}

/** Replace an element's children, but only when they differ: a screen reader's place in what stays is kept. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(shown));
  return element;
}

/** Set the text, unless it is what stands there already. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set or remove one attribute, property-like for booleans. */
export function set(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (!name.startsWith("on")) element.removeAttribute(name);
  } else if (name.startsWith("on")) {
    element.addEventListener(name.slice(2), value);
  } else if (name === "style") {
    for (const [property, setting] of Object.entries(value)) element.style.setProperty(property, setting);
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

/** A picture beside words that say the same: hidden from screen readers. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", class: className, focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A number that no element on the page has yet, for ids that tie labels to controls. */
export function unique(prefix) {
  return `${prefix}-${(count += 1)}`;
}

function shown(child) {
  return child !== null && child !== undefined && child !== false;
}

let count = 0;

const ICONS = {
  upload: "M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  retry: "M19 8a8 8 0 1 0 1 6M19 3v5h-5",
  stop: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 8.5l7 7",
  broom: "M14 4l-3 8M6 20l2-6 7 2.5L13 20zM8 14l1-2 6 2-1 2.5",
  download: "M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M5 19h14",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1 1M17.4 17.4l1 1M18.4 5.6l-1 1M6.6 17.4l-1 1",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  key: "M14.5 4a5.5 5.5 0 0 0-5.2 7.3L4 16.6V20h3.5v-2.5H10V15l2.7-.3A5.5 5.5 0 1 0 14.5 4M16 8.5h.01",
  warning: "M12 4 2.5 20h19zM12 10v4.5M12 17.2h.01",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7.5V12l3 2",
  inbox: "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1 2.5h4l1-2.5h5",
  language: "M4 6h9M8.5 4v2M11 6c-.7 4-3.2 6.8-6.5 8M6 9c1 2.2 3 4 5.5 5M12.5 20 16.5 10l4 10M14 16.5h5",
  archive: "M4 5h16v4H4zM5.5 9v10h13V9M10 12.5h4",
  folder: "M3.5 6h6l2 2.5h9V19h-17z",
  zoom: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20M10.5 7.8v5.4M7.8 10.5h5.4",
  coins: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M14.8 9c-.5-1-1.5-1.5-2.8-1.5-1.6 0-2.8.8-2.8 2.1 0 3 5.8 1.6 5.8 4.7 0 1.4-1.3 2.2-3 2.2-1.4 0-2.6-.6-3-1.7M12 5.8v1.7M12 16.5v1.7",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  send: "M4 12l16-8-5 16-3.5-6.5z",
  filter: "M4 6h16M7 12h10M10 18h4",
};
