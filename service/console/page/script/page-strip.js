/** All pages of a file as small pictures, beside the one that is open; each is asked for when it comes into sight. */

import { fill, h, icon, set } from "./dom.js";
import { t } from "./language.js";

const MOST = 500; // pages that get a place here; the arrows lead to the others

/** `turn` is called with the page that was chosen, `picture` gives the address of a page's picture. */
export function pageStrip(turn, picture, signal) {
  const element = h("ol", { class: "strip", "aria-label": t("pages.all"), hidden: true });
  const places = [];
  const sight = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach(draw), { root: element });
  signal.addEventListener("abort", () => sight.disconnect());

  async function draw({ target }) {
    sight.unobserve(target);
    try {
      target.querySelector(".icon")?.replaceWith(h("img", { src: await picture(Number(target.dataset.page)), alt: "" }));
    } catch {
      // its place stays empty; whoever turns to it is told why
    }
  }

  function place(page) {
    const label = t("page.turn", { page });
    const button = h("button", { type: "button", class: "plain", "data-page": page, "aria-label": label, onclick: () => turn(page) });
    fill(button, h("span", { class: "thumb" }, icon("image")), h("span", {}, String(page)));
    sight.observe(button);
    return button;
  }

  function show(open, count) {
    element.hidden = count < 2;
    for (let page = places.length + 1; page <= Math.min(count, MOST) && count > 1; page += 1) {
      places.push(place(page));
      element.append(h("li", {}, places.at(-1)));
    }
    for (const [index, button] of places.entries()) set(button, "aria-current", index + 1 === open ? "page" : null);
    center(element, places[open - 1]);
  }

  return { element, show };
}

/** Bring a place into sight within the strip alone: scrollIntoView() would move the whole page as well. */
function center(strip, place) {
  if (!place) return;
  strip.scrollLeft = place.offsetLeft - strip.offsetLeft - (strip.clientWidth - place.offsetWidth) / 2;
  strip.scrollTop = place.offsetTop - strip.offsetTop - (strip.clientHeight - place.offsetHeight) / 2;
}
