/** The view of an answer: what was found, in words; what to try where nothing fits; the gallery. Without a question, all photos. */

import { scrollBack } from "./address.js";
import { connection } from "./connection.js";
import { Refusal } from "./daemon.js";
import { find, make } from "./dom.js";
import { Gallery } from "./gallery.js";
import { explain } from "./notices.js";
import { hasFilters } from "./query.js";
import { forgetSearches, recentSearches } from "./recent.js";
import { say } from "./said.js";
import { t } from "./texts.js";

// A search that takes longer than this waits for the model to be loaded.
const LONG_MS = 1200;
const ONE_STACK = /^\s*stack:\S+\s*$/;

/**
 * @typedef {object} Deeds
 * @property {(query: string) => void} ask
 * @property {() => void} askWithoutFilters
 */

export class Answers {
  #words = make("div", { class: "words" });
  #turn = -1;
  #long = 0;
  #said = "";
  #told = "";

  /**
   * @param {import("./search.js").Search} search
   * @param {import("./gallery.js").Wishes} wishes
   * @param {Deeds} deeds
   * @param {HTMLElement} filters
   */
  constructor(search, wishes, deeds, filters) {
    this.search = search;
    this.deeds = deeds;
    this.gallery = new Gallery(wishes);
    this.element = make("div", { class: "answers-view" }, filters, this.#words, this.gallery.element);
    search.addEventListener("change", () => this.update());
  }

  /** Whether nothing is asked, so that all photos are shown. */
  get isHome() {
    const { query, picture } = this.search.question;
    return !query.trim() && !picture;
  }

  update() {
    const { photos, goodMatches, cursor, busy, failure, turn } = this.search;
    this.#watchLong(busy && !photos.length);
    if (busy && !turn && this.isHome) this.#tell(this.#suggest());
    if (busy) return; // what was found before stays until there is something else
    if (failure && !(failure instanceof Refusal)) return connection.report(failure); // the same where nobody answers
    const anew = turn !== this.#turn;
    this.#turn = turn;
    this.#tell(this.#describe());
    const all = this.isHome ? photos.length : goodMatches;
    this.gallery.show(failure ? [] : photos, { goodMatches: all, complete: !cursor });
    if (anew && !this.search.refreshing) scrollBack();
    this.#say();
  }

  /** What says the same stays, and so does the focus in it. @param {Node[]} words */
  #tell(words) {
    const told = make("div", {}, ...words).innerHTML;
    if (told === this.#told) return;
    this.#told = told;
    this.#words.replaceChildren(...words);
  }

  /** The daemon does something else now: what is said above all photos may no longer be so. */
  follow() {
    if (this.isHome && this.search.turn) this.update();
  }

  /** Say that the model wakes, where an answer takes long. @param {boolean} waits */
  #watchLong(waits) {
    clearTimeout(this.#long);
    if (waits) this.#long = setTimeout(() => this.#tell([make("p", { class: "quiet" }, t.modelWakes)]), LONG_MS);
  }

  /** @returns {Node[]} */
  #describe() {
    const { failure, photos, goodMatches, notes } = this.search;
    if (failure instanceof Refusal) return this.#describeFailure(failure);
    if (this.isHome) return this.#describeHome();
    const remarks = notes.map((note) => make("p", { class: "note" }, say(note)));
    const found = this.search.question.picture ? `${t.byPicture} · ${t.found(goodMatches)}` : this.#tellFound();
    if (goodMatches) return [make("h1", { class: "found" }, found), ...remarks];
    return [this.#describeNothing(photos.length > 0), ...remarks];
  }

  #tellFound() {
    const { goodMatches, question } = this.search;
    return (ONE_STACK.test(question.query) ? t.foundStack : t.found)(goodMatches);
  }

  /** @param {Refusal} failure @returns {Node[]} */
  #describeFailure(failure) {
    connection.report(failure);
    const { title, detail } = explain(failure);
    return [make("div", { class: "nothing" }, make("h1", {}, title), make("p", {}, detail))];
  }

  /** @param {boolean} nearest whether there are photos all the same */
  #describeNothing(nearest) {
    const { query } = this.search.question;
    const filtered = hasFilters(query);
    const tries = nearest || !filtered ? t.nothingTries.map((text) => make("li", {}, text)) : [];
    const without = make("button", { type: "button", class: "link", onclick: this.deeds.askWithoutFilters }, t.nothingWithoutFilters);
    if (filtered) tries.unshift(make("li", {}, without));
    return make("div", { class: "nothing" }, make("h1", {}, t.nothingFits), make("p", {}, nearest || !filtered ? t.nothingFitsHint : t.nothingFiltered),
      make("ul", {}, ...tries), nearest ? make("h2", { class: "nearest" }, t.nothingNearest) : "");
  }

  /** What could be asked. @returns {Node[]} */
  #suggest() {
    const ask = (/** @type {string} */ query) => make("button", { type: "button", class: "suggestion", onclick: () => this.deeds.ask(query) }, query);
    const recent = recentSearches();
    const forget = make("button", { type: "button", class: "link", onclick: () => (forgetSearches(), this.update()) }, t.forgetRecent);
    const rows = [
      recent.length ? make("p", { class: "suggestions" }, make("span", {}, t.recent), ...recent.slice(0, 8).map(ask), forget) : null,
      make("p", { class: "suggestions" }, make("span", {}, t.tryThese), ...t.tries.map(ask)),
    ];
    return rows.filter((row) => row !== null);
  }

  /** @returns {Node[]} */
  #describeHome() {
    const state = connection.status?.indexing.state ?? "scanning";
    if (this.search.photos.length) return [...this.#suggest(), make("h1", { class: "found" }, state === "indexing" ? t.comingIn : t.latest)];
    const looking = state === "scanning" || state === "indexing";
    return [make("div", { class: "nothing" }, make("h1", {}, looking ? t.looking : t.noPhotos), make("p", {}, looking ? t.lookingHint : t.noPhotosHint))];
  }

  /** For those who don't see it. */
  #say() {
    const { busy, failure, goodMatches } = this.search;
    if (busy || failure || this.isHome) return;
    const said = goodMatches ? this.#tellFound() : t.nothingFits;
    if (said !== this.#said) find("said").textContent = said;
    this.#said = said;
  }
}
