/** The filter chips below the search field: each opens a small form and writes into the query, in its grammar. */

import { icon, make } from "./dom.js";
import { nameOf } from "./format.js";
import { readFilter, writeFilter } from "./query.js";
import { t } from "./texts.js";

const TYPES = ["jpeg", "png", "heic", "webp", "gif", "tiff", "avif", "bmp"];
const SHAPES = /** @type {const} */ (["landscape", "portrait", "square"]);

/**
 * @typedef {object} Source where the forms get from what they offer
 * @property {() => string} query
 * @property {(query: string) => void} write
 * @property {() => string[]} folders paths
 * @property {() => string[]} cameras
 */

/** A chip: the keys that it writes, and how its form is made. */
class Chip {
  /**
   * @param {string} name in the texts
   * @param {string[]} keys
   * @param {(form: HTMLElement, source: Source, done: () => void) => void} fill
   * @param {Source} source
   */
  constructor(name, keys, fill, source) {
    this.keys = keys;
    this.source = source;
    this.label = t.filters[/** @type {keyof typeof t.filters} */ (name)];
    this.form = make("div", { class: "pop", popover: "auto", id: `filter-${name}`, role: "dialog", "aria-label": this.label });
    this.button = make("button", { type: "button", class: "chip", popovertarget: this.form.id, "aria-haspopup": "dialog" });
    this.clear = make("button", { type: "button", class: "chip-clear", "aria-label": t.without(this.label), title: t.without(this.label), onclick: () => this.#clearAll() }, icon("close"));
    this.element = make("span", { class: "filter" }, this.button, this.clear, this.form);
    this.form.addEventListener("beforetoggle", (/** @type {ToggleEvent} */ event) => {
      if (event.newState !== "open") return;
      this.form.replaceChildren();
      fill(this.form, source, () => this.form.hidePopover());
      this.#put();
    });
    this.form.addEventListener("toggle", (/** @type {ToggleEvent} */ event) => {
      if (event.newState === "open") this.form.querySelector("input, button")?.focus();
    });
  }

  /** Below its chip, inside the window. */
  #put() {
    const box = this.button.getBoundingClientRect();
    this.form.style.top = `${box.bottom + 8}px`;
    this.form.style.left = `${Math.max(12, Math.min(box.left, innerWidth - 332))}px`;
  }

  #clearAll() {
    this.source.write(this.keys.reduce((query, key) => writeFilter(query, key, ""), this.source.query()));
    this.button.focus();
  }

  /** Show what the query says. */
  update() {
    const values = this.keys.map((key) => readFilter(this.source.query(), key));
    const set = values.some(Boolean);
    this.button.replaceChildren(set ? describe(this.keys, values) : this.label, set ? "" : icon("down"));
    this.button.setAttribute("aria-label", set ? `${this.label}: ${describe(this.keys, values)}` : this.label);
    this.element.classList.toggle("set", set);
    this.clear.hidden = !set;
  }
}

/** @param {string[]} keys @param {string[]} values */
function describe(keys, values) {
  const [first, second] = values;
  if (keys.length > 1) return first && second ? `${first} – ${second}` : first ? t.since(first) : t.until(second);
  if (keys[0] === "orientation") return t.shapes[/** @type {keyof typeof t.shapes} */ (first)] ?? first;
  return keys[0] === "folder" ? nameOf(first) : keys[0] === "type" ? first.toUpperCase() : first;
}

/** @param {HTMLElement} form @param {Source} source @param {() => void} done */
function fillDate(form, source, done) {
  const year = new Date().getFullYear();
  const write = (/** @type {string} */ after, /** @type {string} */ before) => source.write(writeFilter(writeFilter(source.query(), "after", after), "before", before));
  const field = (/** @type {string} */ key, /** @type {string} */ label) => make("label", {}, label, make("input", { type: "date", name: key, value: firstDay(readFilter(source.query(), key)), onchange: () => write(value("after"), value("before")) }));
  const value = (/** @type {string} */ key) => /** @type {HTMLInputElement} */ (form.querySelector(`[name=${key}]`)).value;
  const quick = [0, 1, 2, 3].map((back) => choice(String(year - back), () => (write(String(year - back), String(year - back + 1)), done())));
  form.append(make("div", { class: "choices" }, ...quick), field("after", t.from), field("before", t.before));
}

/** A date of the grammar as a field takes it, which knows days only: of a year or month the first, which says the same. @param {string} date */
function firstDay(date) {
  const [year, month = "1", day = "1"] = date.split("-");
  return date && [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
}

/** @param {string} label @param {() => void} onclick @param {boolean} [chosen] */
function choice(label, onclick, chosen = false) {
  return make("button", { type: "button", class: "choice", "aria-pressed": String(chosen), onclick }, label);
}

/** Fills a form with the values that can be chosen. @param {string} key @param {(source: Source) => [string, string][]} offer value and label */
function fillChoices(key, offer) {
  return (/** @type {HTMLElement} */ form, /** @type {Source} */ source, /** @type {() => void} */ done) => {
    const chosen = readFilter(source.query(), key);
    const buttons = offer(source).map(([value, label]) => choice(label, () => (source.write(writeFilter(source.query(), key, value === chosen ? "" : value)), done()), value === chosen));
    form.append(make("div", { class: "choices" }, ...buttons));
  };
}

/** The same, and a field for any other value. @param {string} key @param {string} label @param {(source: Source) => [string, string][]} offer */
function fillChoicesOrText(key, label, offer) {
  const fill = fillChoices(key, offer);
  return (/** @type {HTMLElement} */ form, /** @type {Source} */ source, /** @type {() => void} */ done) => {
    const field = make("input", { type: "text", value: readFilter(source.query(), key) });
    form.append(make("form", { onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      source.write(writeFilter(source.query(), key, field.value.trim(), { typed: true }));
      done();
    } }, make("label", {}, label, field)));
    fill(form, source, done);
  };
}

/** The row of chips. */
export class Filters {
  /** @param {Source} source */
  constructor(source) {
    this.chips = [
      new Chip("date", ["after", "before"], fillDate, source),
      new Chip("folder", ["folder"], fillChoicesOrText("folder", t.folderName, (from) => from.folders().map((path) => [path, nameOf(path)])), source),
      new Chip("camera", ["camera"], fillChoicesOrText("camera", t.cameraName, (from) => from.cameras().map((name) => [name, name])), source),
      new Chip("type", ["type"], fillChoices("type", () => TYPES.map((type) => [type, type.toUpperCase()])), source),
      new Chip("orientation", ["orientation"], fillChoices("orientation", () => SHAPES.map((shape) => [shape, t.shapes[shape]])), source),
    ];
    this.element = make("div", { class: "filters", role: "group", "aria-label": t.filters.name }, ...this.chips.map(({ element }) => element));
    this.update();
  }

  update() {
    for (const chip of this.chips) chip.update();
  }
}
