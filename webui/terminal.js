/** A line for a terminal, with a button that copies it. */

import { iconButton, make } from "./dom.js";
import { notify, notifyError } from "./notices.js";
import { t } from "./texts.js";

/** @param {string} text */
export function command(text) {
  return make("div", { class: "command" }, make("code", { tabindex: 0 }, text), iconButton("copy", t.copy, async () => {
    try {
      await navigator.clipboard.writeText(text);
      notify(t.copied);
    } catch (error) {
      notifyError(error);
    }
  }));
}
