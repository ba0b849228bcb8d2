/**
 * A question and its answer, page by page. A newer question makes the older one's answer void.
 *
 * @typedef {object} Question
 * @property {string} query in the query grammar; may be "" where there is a picture
 * @property {Blob | null} picture to search by
 */

import { Refusal, ask, read } from "./daemon.js";

const PAGE = 200;
// What is asked where nothing is asked: all photos, newest first.
const EVERYTHING = "after:0001";
// So long nothing must have been typed; shorter than that most people's next key comes.
const QUIET_MS = 140;

/** Dispatches `change` whenever there is something new to show, and `cut` (detail: the error) where a next page is refused. */
export class Search extends EventTarget {
  /** @type {Question} */
  question = { query: "", picture: null };
  /** @type {import("./daemon.js").Photo[]} */
  photos = [];
  goodMatches = 0;
  /** @type {string[]} */
  notes = [];
  /** @type {string | null} */
  cursor = null;
  /** Whether an answer is awaited, or a pause in what is typed. */
  busy = false;
  /** @type {unknown} */
  failure = null;
  /** Whether the answer is the same question's, brought up to date. */
  refreshing = false;
  /** Counts answers to new questions: the gallery begins anew with each. */
  turn = 0;
  #waiting = 0;
  #stop = new AbortController();

  /**
   * Ask something else.
   *
   * @param {Question} question
   * @param {{typing?: boolean}} [how] while typing it waits for a pause
   */
  ask(question, { typing = false } = {}) {
    this.question = question;
    this.busy = true;
    this.#stop.abort();
    clearTimeout(this.#waiting);
    this.refreshing = false;
    if (typing) this.#waiting = setTimeout(() => this.#take(null), QUIET_MS);
    else this.#take(null);
  }

  /** The next page, if there is one and it isn't on its way. */
  more() {
    if (this.cursor && !this.busy) this.#take(this.cursor);
  }

  /** The same question again. */
  again() {
    this.ask(this.question);
  }

  /**
   * The same question again, unnoticed: photos have come in. Where more than the first page is shown, that stays.
   *
   * @returns {boolean} false where an answer is on its way already, perhaps an older one
   */
  refresh() {
    if (this.busy) return false;
    this.refreshing = true;
    if (this.photos.length <= PAGE) this.#take(null);
    return true;
  }

  /** @param {string | null} cursor */
  async #take(cursor) {
    const stop = (this.#stop = new AbortController());
    this.busy = true;
    this.#tell();
    try {
      const page = await this.#fetch(cursor, stop.signal);
      if (stop.signal.aborted) return;
      if (!cursor) this.turn += 1;
      this.photos = cursor ? [...this.photos, ...page.photos] : page.photos;
      this.goodMatches = page.good_matches;
      this.notes = page.query.notes ?? [];
      this.cursor = page.next_cursor;
      this.#end(null);
    } catch (error) {
      if (stop.signal.aborted) return;
      if (cursor && error instanceof Refusal) this.#cut(error);
      else this.#end(error);
    }
  }

  /** There is no next page to be had, as from a model that answers no more: what is shown stays. @param {Refusal} error */
  #cut(error) {
    this.cursor = null;
    this.#end(null);
    this.dispatchEvent(new CustomEvent("cut", { detail: error }));
  }

  /** @param {string | null} cursor @param {AbortSignal} signal @returns {Promise<import("./daemon.js").Page>} */
  async #fetch(cursor, signal) {
    const { query, picture } = this.question;
    if (!picture) return read("/search", { q: query.trim() || EVERYTHING, limit: PAGE, cursor }, signal);
    const form = new FormData();
    for (const [name, value] of Object.entries({ image: picture, query, limit: String(PAGE), cursor })) if (value) form.set(name, value);
    return (await ask("POST", "/search", { form, signal })).json();
  }

  /** @param {unknown} failure */
  #end(failure) {
    this.busy = false;
    this.failure = failure;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
