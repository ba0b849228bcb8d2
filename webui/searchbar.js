/** The search field with its examples: photos, and a picture that was given, that the answer shall resemble or not. */

import { find, icon, make } from "./dom.js";
import { joinQuery, saysTheSame, splitQuery } from "./query.js";
import { t } from "./texts.js";
import { hold, release } from "./thumbnails.js";

/**
 * @typedef {object} Listener
 * @property {(query: string, typing: boolean) => void} onQuery `typing`: it may go on
 * @property {(picture: File | null) => void} onPicture
 * @property {() => void} onClear neither words nor pictures
 * @property {() => void} onLeave to the photos
 */

export class SearchBar {
  #input = /** @type {HTMLInputElement} */ (find("query"));
  #examples = /** @type {HTMLElement} */ (find("examples"));
  #clear = /** @type {HTMLButtonElement} */ (find("clear"));
  /** @type {import("./query.js").Example[]} */
  #shown = [];
  #stop = new AbortController();

  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    const file = /** @type {HTMLInputElement} */ (find("picture-file"));
    const byPicture = find("by-picture");
    for (const [element, label] of [[this.#input, t.search], [this.#clear, t.clear], [byPicture, t.searchByPicture]]) element.setAttribute("aria-label", label);
    this.#clear.title = t.clear;
    byPicture.title = t.searchByPicture;
    this.#input.placeholder = innerWidth < 600 ? t.placeholderShort : t.placeholder;
    this.#input.addEventListener("input", () => this.#onInput(true));
    this.#input.addEventListener("change", () => this.#onInput(false));
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    find("search").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#onInput(false);
    });
    this.#clear.addEventListener("click", () => this.#empty());
    byPicture.addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      if (file.files?.[0]) listener.onPicture(file.files[0]);
      file.value = "";
    });
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  /** Show that an answer is awaited. @param {boolean} busy */
  work(busy) {
    find("working").hidden = !busy;
  }

  /**
   * Show a question; what is being written is left alone where it says the same.
   *
   * @param {string} query
   * @param {File | null} picture
   */
  show(query, picture) {
    const { text, examples } = splitQuery(query);
    if (!saysTheSame(this.#input.value, text)) this.#input.value = text;
    this.#clear.hidden = !query && !picture;
    const same = JSON.stringify(examples) === JSON.stringify(this.#shown) && picture === this.picture;
    this.picture = picture;
    if (!same) this.#showExamples(examples, picture);
  }

  /** @type {File | null} */
  picture = null;

  /** @param {import("./query.js").Example[]} examples @param {File | null} picture */
  #showExamples(examples, picture) {
    this.#stop.abort();
    this.#stop = new AbortController();
    for (const { id } of this.#shown) release(id, 256);
    this.#shown = examples;
    const chips = examples.map((example) => this.#buildExample(example));
    if (picture) chips.unshift(buildPicture(picture, () => this.listener.onPicture(null)));
    this.#examples.replaceChildren(...chips);
  }

  /** @param {import("./query.js").Example} example */
  #buildExample({ id, less, stack }) {
    const image = make("img", { alt: stack ? t.ofThisStack : less ? t.notLikeThis : t.likeThis });
    hold(id, 256, this.#stop.signal).then((url) => (image.src = url), () => {});
    const without = () => this.listener.onQuery(joinQuery(this.#input.value, this.#shown.filter((other) => other.id !== id)), false);
    return make("span", { class: less ? "example less" : "example" }, image, less ? make("span", { class: "sign", "aria-hidden": "true" }, "−") : "",
      make("button", { type: "button", "aria-label": t.takeAway, title: t.takeAway, onclick: without }, icon("close")));
  }

  /** @param {boolean} typing */
  #onInput(typing) {
    this.listener.onQuery(joinQuery(this.#input.value, this.#shown), typing);
  }

  #empty() {
    this.#input.value = "";
    this.listener.onClear();
    this.#input.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "ArrowDown") this.listener.onLeave();
    else if (event.key === "Escape" && this.#input.value) this.#empty();
    else if (event.key === "Escape") this.#input.blur();
    else return;
    event.preventDefault();
  }
}

/** @param {File} picture @param {() => void} without */
function buildPicture(picture, without) {
  const url = URL.createObjectURL(picture);
  return make("span", { class: "example" }, make("img", { src: url, alt: t.pictureGiven, onload: () => URL.revokeObjectURL(url) }),
    make("button", { type: "button", "aria-label": t.takeAway, title: t.takeAway, onclick: without }, icon("close")));
}
