/** The help: keys and what a search can say. A dialog over the page. */

import { iconButton, make } from "./dom.js";
import { t } from "./texts.js";

/** @type {HTMLDialogElement | null} */
let dialog = null;

export function openHelp() {
  dialog ??= build();
  if (!dialog.open) dialog.showModal();
}

function build() {
  const built = make("dialog", { class: "help", "aria-labelledby": "help-title" },
    iconButton("close", t.close, () => built.close(), { class: "plain corner" }),
    make("h2", { id: "help-title" }, t.helpTitle),
    make("h3", {}, t.keysTitle), list(t.keys, "kbd"),
    make("h3", {}, t.grammarTitle), list(t.grammar, "code"));
  built.addEventListener("click", (/** @type {MouseEvent} */ event) => event.target === built && built.close());
  document.body.append(built);
  return /** @type {HTMLDialogElement} */ (built);
}

/** @param {string[][]} rows what is written, what it does @param {string} tag of what is written */
function list(rows, tag) {
  return make("dl", {}, ...rows.flatMap(([written, does]) => [make("dt", {}, make(tag, {}, written)), make("dd", {}, does)]));
}
