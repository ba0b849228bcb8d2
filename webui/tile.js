/** A photo in the gallery: its thumbnail, a link that opens it, what is near at hand when it is pointed at. */

import { icon, iconButton, make } from "./dom.js";
import { joinFacts, showDay } from "./format.js";
import { t } from "./texts.js";
import { glimpse, hold, release } from "./thumbnails.js";

// Up to so many pixels the small thumbnail is sharp enough.
const SMALL_PX = 320;
// A thumbnail that is here so soon is shown at once: fading in would only keep a person waiting.
const SOON_MS = 250;

export class Tile {
  #stop = new AbortController();
  /** Sizes that were asked for. @type {Set<256 | 512>} */
  #wanted = new Set();
  /** Sizes that are here. @type {(256 | 512)[]} */
  #held = [];
  #adorned = false;
  #pixels = 0;
  #madeAt = performance.now();
  #image;
  #link;
  #wishes;
  #told;

  /**
   * @param {import("./daemon.js").Photo} photo
   * @param {{index: number, good: boolean, wishes: import("./gallery.js").Wishes}} more
   */
  constructor(photo, { index, good, wishes }) {
    this.photo = photo;
    this.index = index;
    this.#wishes = wishes;
    this.#told = describe(photo, good, wishes.apart());
    this.#image = make("img", { alt: "", draggable: "false" });
    this.#link = make("a", {
      "aria-label": this.#told,
      onclick: (/** @type {MouseEvent} */ event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        wishes.open(this.index);
      },
    }, this.#image);
    this.element = make("div", { class: "tile", role: "listitem" }, this.#link, ...this.#marks());
    for (const near of ["pointerenter", "focusin"]) this.element.addEventListener(near, () => this.#adorn(), { once: true });
  }

  /** With caption and buttons, once somebody comes near: thousands of tiles are scrolled past. */
  #adorn() {
    if (this.#adorned) return;
    this.#adorned = true;
    const { example } = this.#wishes;
    const { id, name, taken_at } = this.photo;
    const below = joinFacts(showDay(taken_at), calledBy(this.photo));
    this.#link.append(make("span", { class: "caption" }, make("b", {}, name), below));
    this.element.append(make("span", { class: "actions" },
      iconButton("plus", t.moreLikeThis, () => example(id, false), { tabindex: -1 }),
      iconButton("minus", t.lessLikeThis, () => example(id, true), { tabindex: -1 })));
  }

  #marks() {
    const { id, state, copies, stack } = this.photo;
    const marks = [];
    if (stack && !this.#wishes.apart()) {
      marks.push(make("button", { type: "button", class: "mark", tabindex: -1, title: t.showStack(stack.count), "aria-label": t.showStack(stack.count),
        onclick: () => this.#wishes.stack(id) }, icon("stack"), String(stack.count)));
    }
    const hidden = { class: "mark", "aria-hidden": "true" };
    if (state === "offline") marks.push(make("span", hidden, icon("away"), t.offline));
    if (copies > 1) marks.push(make("span", hidden, icon("copy"), String(copies)));
    return marks.length ? [make("span", { class: "marks" }, ...marks)] : [];
  }

  /** Whether it shows just this: the same photo may be offline by now, or be here for another reason. @param {import("./daemon.js").Photo} photo @param {boolean} good */
  shows(photo, good) {
    return photo.id === this.photo.id && describe(photo, good, this.#wishes.apart()) === this.#told;
  }

  /**
   * @param {import("./gallery.js").Spot} spot
   * @param {{size: number, current: boolean}} how `size`: of the whole list, -1 while unknown
   */
  place(spot, { size, current }) {
    const { style } = this.element;
    this.#link.href = this.#wishes.address(this.photo.id); // the query in it may be another one than before
    style.transform = `translate(${spot.left}px, ${spot.top}px)`;
    style.width = `${spot.width}px`;
    style.height = `${spot.height}px`;
    this.element.setAttribute("aria-setsize", String(size));
    this.element.setAttribute("aria-posinset", String(this.index + 1));
    this.setCurrent(current);
    this.#pixels = Math.max(spot.width, spot.height) * devicePixelRatio;
    this.#show(256); // made when the photo was indexed
  }

  /** The current tile is the one to which Tab leads. @param {boolean} current */
  setCurrent(current) {
    this.#link.tabIndex = current ? 0 : -1;
  }

  focus() {
    this.#link.focus({ preventScroll: true });
  }

  get hasFocus() {
    return this.element.contains(document.activeElement);
  }

  remove() {
    this.#stop.abort();
    this.#image.removeAttribute("src");
    for (const size of this.#held) release(this.photo.id, size);
    this.element.remove();
  }

  /** The larger thumbnail, where the small one isn't enough. */
  sharpen() {
    if (this.#pixels > SMALL_PX) this.#show(512);
  }

  /** @param {256 | 512} size */
  async #show(size) {
    if (this.#wanted.has(size)) return;
    this.#wanted.add(size);
    const known = glimpse(this.photo.id);
    if (known && !this.#held.length) {
      this.#image.src = known; // at once: a tile that only moved doesn't blink
      this.element.classList.add("loaded", "at-once");
    }
    try {
      const url = await hold(this.photo.id, size, this.#stop.signal);
      this.#held.push(size);
      if (Math.max(this.#image.naturalWidth, this.#image.naturalHeight) > size) return; // it shows a larger one
      this.#image.src = url;
      await this.#image.decode();
      if (performance.now() - this.#madeAt < SOON_MS) this.element.classList.add("at-once");
      this.element.classList.add("loaded");
      this.element.classList.remove("broken");
    } catch {
      if (this.#stop.signal.aborted || this.#held.includes(size)) return;
      if (!this.#held.length) this.element.classList.add("broken");
      this.#wanted.delete(size); // the daemon may be back when the tile is placed again, or nothing moves again
    }
  }
}

/** Which of its names led to a photo; mostly none did. @param {import("./daemon.js").Photo} photo */
function calledBy({ why = [] }) {
  const names = why.filter((reason) => reason !== "picture").map((reason) => t.reasons[reason]);
  return names.length ? `${t.foundBy}: ${names.join(", ")}` : "";
}

/** What a screen reader says. @param {import("./daemon.js").Photo} photo @param {boolean} good @param {boolean} apart */
function describe(photo, good, apart) {
  const { name, taken_at, state, copies, stack } = photo;
  const parts = [name, showDay(taken_at), calledBy(photo), good ? "" : t.fitsLess, state === "offline" ? t.offline : "", copies > 1 ? t.copies(copies) : "", stack && !apart ? t.inStack(stack.count) : ""];
  return parts.filter(Boolean).join(", ");
}
