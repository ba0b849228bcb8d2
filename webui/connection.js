/**
 * Keeps the daemon's status current and notices when it goes and comes back.
 *
 * Listens to its events; each of them, coalesced, leads to a look at `/status`. Where events don't come it looks every
 * few seconds. Dispatches `status` (detail: the status), `photo` (detail: the event), `gone`, `back` and `locked`.
 */

import { Gone, Refusal, events, read } from "./daemon.js";

const LOOK_MS = 10_000;
const SOON_MS = 400;
const RETRY_MS = 1000;

/** One for the page. */
class Connection extends EventTarget {
  /** @type {import("./daemon.js").Status | null} */
  status = null;
  /** Whether the daemon answered last time. */
  here = true;
  #soon = 0;
  #ended = false;

  /** Begin; goes on until it is ended. */
  async run() {
    while (!this.#ended) {
      const seen = await this.look();
      if (seen) await this.#listen();
      await new Promise((wake) => setTimeout(wake, RETRY_MS));
    }
  }

  /** Ask no more: the key doesn't fit. */
  end() {
    this.#ended = true;
  }

  /** Ask for the status now. @returns {Promise<boolean>} whether there was an answer */
  async look() {
    clearTimeout(this.#soon);
    this.#soon = 0;
    try {
      this.status = await read("/status");
    } catch (error) {
      this.report(error);
      return false;
    }
    if (!this.here) this.#tell("back");
    this.here = true;
    this.#tell("status", this.status);
    return true;
  }

  /** Tell what a failed request says about the daemon. @param {unknown} error */
  report(error) {
    if (error instanceof Refusal && error.status === 401) this.#tell("locked");
    if (!(error instanceof Gone) || !this.here) return;
    this.here = false;
    this.#tell("gone");
  }

  async #listen() {
    const ended = new AbortController();
    const looks = setInterval(() => this.look().then((seen) => seen || ended.abort()), LOOK_MS);
    try {
      for await (const { event, data } of events(ended.signal)) {
        if (event === "photo") this.#tell("photo", data);
        this.#soon ||= setTimeout(() => this.look(), SOON_MS);
      }
    } catch (error) {
      this.report(error);
    } finally {
      clearInterval(looks);
    }
  }

  /** @param {string} what @param {any} [detail] */
  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

export const connection = new Connection();
