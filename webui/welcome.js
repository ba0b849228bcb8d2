/** Where there is nothing to search: no folder is watched yet, so the page asks for one; or the page has no key. */

import { make } from "./dom.js";
import { buildFolderForm } from "./folders.js";
import { command } from "./terminal.js";
import { t } from "./texts.js";

/** The view of the first run; a newer status changes nothing in it. */
export function build() {
  const element = make("div", { class: "panel welcome" }, make("img", { src: "/icon.svg", alt: "", width: 72, height: 72 }),
    make("h1", {}, t.welcome), make("p", {}, t.welcomeHint), buildFolderForm());
  return { element, update() {} };
}

export function buildLocked() {
  return make("div", { class: "panel welcome" }, make("h1", {}, t.locked), make("p", {}, t.lockedHint), command("photoseek open"));
}
