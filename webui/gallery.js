/**
 * The gallery: photos in justified rows, good matches first. Only what is near the window is in the document.
 *
 * Keys: arrows, Home, End and the page keys move the focus; Enter opens; + and - make an example of the photo.
 */

import { make } from "./dom.js";
import { justify, shapeOf } from "./rows.js";
import { t } from "./texts.js";
import { Tile } from "./tile.js";

// So many heights of the window are kept in the document above and below it.
const NEAR = 1;
// With less than so many heights below the window more is asked for.
const MORE = 2;
const LINE_PX = 76;
const WEAKER = 0.75;
// So long nothing has moved when the larger thumbnails come: whoever scrolls past is shown the small ones only.
const REST_MS = 150;

/**
 * @typedef {object} Spot where a photo lies, in pixels
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} row
 *
 * @typedef {object} Wishes what a person may want of a photo
 * @property {(index: number) => void} open
 * @property {(id: string, less: boolean) => void} example
 * @property {(id: string) => void} stack all photos of its stack
 * @property {() => boolean} apart whether they come one by one
 * @property {(id: string) => string} address of the open photo
 * @property {() => void} more photos
 */

export class Gallery {
  /** @type {import("./daemon.js").Photo[]} */
  #photos = [];
  #goodMatches = 0;
  #complete = true;
  /** @type {Spot[]} */
  #spots = [];
  /** @type {number[][]} first and last index of each row */
  #rows = [];
  /** @type {Map<number, Tile>} */
  #tiles = new Map();
  #current = 0;
  #frame = 0;
  #rest = 0;
  #width = 0;
  #line = make("h2", { class: "line" }, make("span", {}, t.fitLess));
  #good = make("div", { role: "list", "aria-label": t.results });
  #weak = make("div", { role: "list", "aria-label": t.fitLess });

  /** @param {Wishes} wishes */
  constructor(wishes) {
    this.wishes = wishes;
    this.element = make("div", { class: "gallery" }, this.#good, this.#line, this.#weak);
    this.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#onKey(event));
    this.element.addEventListener("focusin", (/** @type {FocusEvent} */ event) => this.#onFocus(event));
    new ResizeObserver(() => this.#onResize()).observe(this.element);
    addEventListener("scroll", () => this.#drawSoon(), { passive: true });
  }

  /**
   * Show photos; the tiles of those that stay where they are are kept.
   *
   * @param {import("./daemon.js").Photo[]} photos
   * @param {{goodMatches: number, complete: boolean}} how `complete`: no more will come
   */
  show(photos, { goodMatches, complete }) {
    const focused = this.#tiles.get(this.#current)?.hasFocus;
    const current = photos.findIndex(({ id }) => id === this.#photos[this.#current]?.id);
    for (const [index, tile] of this.#tiles) {
      if (photos[index] && tile.shows(photos[index], index < goodMatches)) continue;
      tile.remove();
      this.#tiles.delete(index);
    }
    this.#current = Math.max(0, current);
    this.#photos = photos;
    this.#goodMatches = Math.min(goodMatches, photos.length);
    this.#complete = complete;
    this.#layOut();
    if (focused) this.#tiles.get(this.#current)?.focus();
  }

  /** Number of photos that are laid out. */
  get length() {
    return this.#spots.length;
  }

  /** Move the keyboard to a photo and bring it into the window. @param {number} index */
  focus(index) {
    if (!this.#spots.length) return;
    this.#current = Math.max(0, Math.min(index, this.#spots.length - 1));
    this.#scrollTo(this.#current);
    this.#draw();
    this.#tiles.get(this.#current)?.focus();
  }

  #onResize() {
    if (this.element.clientWidth === this.#width) return;
    this.#layOut();
  }

  #layOut() {
    this.#width = this.element.clientWidth;
    if (!this.#width) return;
    this.#spots = [];
    this.#rows = [];
    const good = this.#layOutRows(0, this.#goodMatches, 0, 1);
    const weak = this.#goodMatches < this.#photos.length;
    const divided = weak && this.#goodMatches > 0;
    this.#good.hidden = this.#goodMatches === 0;
    this.#weak.hidden = !weak;
    this.#line.hidden = !divided;
    this.#line.style.top = `${good}px`;
    const top = divided ? good + LINE_PX : good;
    const bottom = weak ? this.#layOutRows(this.#goodMatches, this.#photos.length, top, this.#goodMatches ? WEAKER : 1) : good;
    this.element.style.height = `${bottom}px`;
    for (const [index, tile] of this.#tiles) this.#place(index, tile);
    this.#draw();
  }

  /**
   * Lay out a section; its bottom. The last row waits for its rest while there are more pages: it would jump.
   *
   * @param {number} from @param {number} to @param {number} top @param {number} scale
   */
  #layOutRows(from, to, top, scale) {
    const gap = this.#width < 600 ? 4 : 8;
    const height = Math.min(340, Math.max(112, 90 + this.#width * 0.085)) * scale;
    const rows = justify(this.#photos.slice(from, to).map(shapeOf), { width: this.#width, height, gap });
    if (!this.#complete && to === this.#photos.length && rows.length > 1) rows.pop();
    for (const row of rows) {
      let left = 0;
      this.#rows.push([from + row.first, from + row.first + row.widths.length - 1]);
      for (const width of row.widths) {
        this.#spots.push({ left, top, width, height: row.height, row: this.#rows.length - 1 });
        left += width + gap;
      }
      top += row.height + gap;
    }
    return top;
  }

  #drawSoon() {
    this.element.classList.add("moving");
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** Put into the document what is near the window, take out what is not. */
  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const box = this.element.getBoundingClientRect();
    const reach = innerHeight * NEAR;
    const [first, last] = this.#between(-box.top - reach, innerHeight - box.top + reach);
    for (const [index, tile] of this.#tiles) {
      const pinned = index === this.#current && tile.hasFocus;
      if ((index >= first && index <= last) || (pinned && index < this.#spots.length)) continue;
      tile.remove();
      this.#tiles.delete(index);
    }
    for (let index = first; index <= last; index += 1) if (!this.#tiles.has(index)) this.#add(index);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#settle(), REST_MS);
    if (box.bottom < innerHeight * (1 + MORE) && this.#width) this.wishes.more();
  }

  /** Nothing moves any more: what is in the window becomes as sharp as it can, then what is near. */
  #settle() {
    this.element.classList.remove("moving");
    const { top } = this.element.getBoundingClientRect();
    const isSeen = (/** @type {number} */ index) => this.#spots[index].top + this.#spots[index].height > -top && this.#spots[index].top < innerHeight - top;
    const indexes = [...this.#tiles.keys()].filter((index) => this.#spots[index]).sort((one, other) => Number(isSeen(other)) - Number(isSeen(one)) || one - other);
    for (const index of indexes) this.#tiles.get(index)?.sharpen();
  }

  /** First and last index between two heights; rows are searched by halves. @param {number} top @param {number} bottom */
  #between(top, bottom) {
    const start = this.#rowAt(top);
    const end = this.#rowAt(bottom);
    return this.#rows.length ? [this.#rows[start][0], this.#rows[end][1]] : [0, -1];
  }

  /** @param {number} height */
  #rowAt(height) {
    let [low, high] = [0, this.#rows.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      const spot = this.#spots[this.#rows[middle][0]];
      if (spot.top + spot.height < height) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low);
  }

  /** @param {number} index */
  #add(index) {
    const tile = new Tile(this.#photos[index], { index, good: index < this.#goodMatches, wishes: this.wishes });
    this.#tiles.set(index, tile);
    this.#place(index, tile);
    this.#put(index, tile);
  }

  /** Into the list it belongs to, so that a screen reader meets the tiles in order. @param {number} index @param {Tile} tile */
  #put(index, tile) {
    const list = this.#listOf(index);
    let next = Infinity;
    for (const other of this.#tiles.keys()) if (other > index && other < next) next = other;
    list.insertBefore(tile.element, this.#listOf(next) === list ? (this.#tiles.get(next)?.element ?? null) : null);
  }

  /** @param {number} index */
  #listOf(index) {
    return index < this.#goodMatches ? this.#good : this.#weak;
  }

  /** @param {number} index @param {Tile} tile */
  #place(index, tile) {
    const spot = this.#spots[index];
    if (spot) tile.place(spot, { size: this.#complete ? this.#photos.length : -1, current: index === this.#current });
  }

  /** @param {FocusEvent} event */
  #onFocus(event) {
    for (const [index, tile] of this.#tiles) {
      if (!tile.element.contains(/** @type {Node} */ (event.target))) continue;
      const before = this.#current;
      this.#current = index;
      this.#tiles.get(before)?.setCurrent(before === index);
      tile.setCurrent(true);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = this.#target(event.key);
    const photo = this.#photos[this.#current];
    if (to !== undefined) this.focus(to);
    else if (event.key === "+" || event.key === "-") this.wishes.example(photo.id, event.key === "-");
    else return;
    event.preventDefault();
  }

  /** The photo to which a key leads. @param {string} key @returns {number | undefined} */
  #target(key) {
    const page = Math.max(1, Math.floor(innerHeight / (this.#spots[this.#current]?.height || 1)) - 1);
    switch (key) {
      case "ArrowRight": return this.#current + 1;
      case "ArrowLeft": return this.#current - 1;
      case "ArrowDown": return this.#across(1);
      case "ArrowUp": return this.#across(-1);
      case "PageDown": return this.#across(page);
      case "PageUp": return this.#across(-page);
      case "Home": return 0;
      case "End": return this.#spots.length - 1;
      default: return undefined;
    }
  }

  /** The photo so many rows further whose middle is nearest. @param {number} rows */
  #across(rows) {
    const here = this.#spots[this.#current];
    const row = this.#rows[Math.max(0, Math.min(here.row + rows, this.#rows.length - 1))];
    const middle = here.left + here.width / 2;
    let best = row[0];
    for (let index = row[0]; index <= row[1]; index += 1) {
      if (Math.abs(middleOf(this.#spots[index]) - middle) < Math.abs(middleOf(this.#spots[best]) - middle)) best = index;
    }
    return best;
  }

  /** @param {number} index */
  #scrollTo(index) {
    const { top, height } = this.#spots[index];
    const start = this.element.getBoundingClientRect().top + scrollY + top;
    const room = { above: document.querySelector(".top")?.clientHeight ?? 0, below: document.querySelector(".state")?.clientHeight ?? 0 };
    const [least, most] = [start - room.above - 16, start + height - innerHeight + room.below + 16];
    if (scrollY > least) scrollTo({ top: least });
    else if (scrollY < most) scrollTo({ top: most });
  }
}

/** @param {Spot} spot */
function middleOf(spot) {
  return spot.left + spot.width / 2;
}
