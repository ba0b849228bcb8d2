/** The list of files that could not be taken in, and why. */

import { connection } from "./connection.js";
import { read, send } from "./daemon.js";
import { head, make } from "./dom.js";
import { folderOf, joinFacts, nameOf, showMoment } from "./format.js";
import { notify, notifyError } from "./notices.js";
import { say } from "./said.js";
import { t } from "./texts.js";

const PAGE = 100;

/** The view; its `update` shows a newer status. */
class Problems {
  #list = make("ul", { class: "cards" });
  #more = make("button", { type: "button", hidden: true, onclick: () => this.#take() }, t.showMore);
  #retry = make("button", { type: "button", class: "main", onclick: () => this.#tryAgain() }, t.retry);
  #hint = make("p", { hidden: true }, t.problemsHint);
  #none = make("p", { class: "quiet", hidden: true }, t.noProblems);
  #cursor = "";
  #count = -1;

  constructor() {
    this.element = make("div", { class: "panel" }, head(t.problemsTitle), this.#hint, this.#retry, this.#none, this.#list, this.#more);
  }

  /** The list is read again when their number has changed. @param {import("./daemon.js").Status} status */
  update({ counts }) {
    if (counts.problems === this.#count) return;
    this.#count = counts.problems;
    this.#cursor = "";
    this.#take();
  }

  async #take() {
    try {
      const first = !this.#cursor;
      const { problems, next_cursor } = await read("/problems", { limit: PAGE, cursor: this.#cursor });
      if (first) this.#list.replaceChildren();
      this.#list.append(...problems.map(buildProblem));
      this.#cursor = next_cursor ?? "";
      this.#more.hidden = !next_cursor;
      this.#none.hidden = this.#list.childElementCount > 0;
      this.#retry.hidden = this.#hint.hidden = !this.#none.hidden;
    } catch (error) {
      connection.report(error);
    }
  }

  async #tryAgain() {
    try {
      const { retried } = await send("/problems/retry");
      notify(t.retried(retried));
      await connection.look();
    } catch (error) {
      notifyError(error);
    }
  }
}

export function build() {
  return new Problems();
}

/** @param {{path: string, reason: string, seen_at: string}} problem */
function buildProblem({ path, reason, seen_at }) {
  return make("li", { class: "card" }, make("div", {}, make("b", {}, nameOf(path)), make("p", { class: "reason" }, say(reason)),
    make("p", { class: "quiet" }, joinFacts(folderOf(path), showMoment(seen_at)))));
}
