/** Short notices in a corner: what was done, what went wrong. They go by themselves, or stay if they are lists. */

import { Gone, Refusal } from "./daemon.js";
import { iconButton, make } from "./dom.js";
import { say } from "./said.js";
import { t } from "./texts.js";

const SHOWN_MS = 6000;

const corner = make("div", { class: "notices", role: "status" });

/** The element that holds them: in the page, or in the dialog that covers it. */
function place() {
  const top = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  if (corner.parentElement !== top) top.append(corner);
  return corner;
}

// Those that were shown in a dialog don't go with it: close doesn't bubble.
document.addEventListener("close", place, { capture: true });

/**
 * Show a notice.
 *
 * @param {string | Node} what
 * @param {{lasting?: boolean, bad?: boolean}} [how] a lasting one is closed by the person
 */
export function notify(what, { lasting = false, bad = false } = {}) {
  const notice = make("div", { class: bad ? "notice bad" : "notice" }, what, iconButton("close", t.close, () => notice.remove()));
  place().append(notice);
  if (!lasting) setTimeout(() => notice.remove(), SHOWN_MS);
  return notice;
}

/**
 * What an error says to a person: what it is, and the daemon's words.
 *
 * @param {unknown} error
 * @returns {{title: string, detail: HTMLElement | ""}}
 */
export function explain(error) {
  if (error instanceof Gone) return { title: t.gone, detail: "" };
  if (!(error instanceof Refusal)) return { title: t.errors.internal, detail: say(String(error)) };
  const detail = say([error.message, error.hint].filter(Boolean).join(" "));
  return { title: t.errors[/** @type {keyof typeof t.errors} */ (error.code)] ?? t.errors.internal, detail };
}

/** @param {unknown} error */
export function notifyError(error) {
  const { title, detail } = explain(error);
  const notice = notify(make("div", {}, make("b", {}, title), make("p", {}, detail)), { bad: true });
  notice.classList.toggle("gone", error instanceof Gone); // until somebody answers again
}
