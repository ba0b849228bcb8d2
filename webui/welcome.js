/** The first run: no folder is watched yet, so the page asks for one. */

import { make } from "./dom.js";
import { buildFolderForm } from "./folders.js";
import { t } from "./texts.js";

export function buildWelcome() {
  return make("div", { class: "panel welcome" }, make("img", { src: "/icon.svg", alt: "", width: 72, height: 72 }),
    make("h1", {}, t.welcome), make("p", {}, t.welcomeHint), buildFolderForm());
}
