/** The settings: folders, what is being taken in, the model, the appearance, and the line for scripts. */

import { connection } from "./connection.js";
import { read, send } from "./daemon.js";
import { find, head, icon, iconButton, make } from "./dom.js";
import { FolderList, buildFolderForm } from "./folders.js";
import { ModelList } from "./models.js";
import { explain, notify, notifyError } from "./notices.js";
import { say, withCommands } from "./said.js";
import { command } from "./terminal.js";
import { t } from "./texts.js";

const HIDDEN = "•".repeat(24);
const THEMES = /** @type {const} */ (["system", "light", "dark"]);

/** The view; its `update` shows a newer status. */
class Settings {
  #folders = new FolderList();
  #work = make("div", { class: "row" });
  #models = new ModelList();
  #version = make("p", { class: "quiet" });
  #seen = "";

  constructor() {
    this.element = make("div", { class: "panel" }, head(t.settings), buildNearby(),
      section(t.folders, this.#folders.element, buildFolderForm()),
      section(t.work, this.#work),
      section(t.modelTitle, make("p", {}, t.modelHint), this.#models.element, make("p", {}, t.modelUse), command("photoseek model use /path/to/the/folder")),
      section(t.appearance, buildThemes()),
      section(t.login, buildLogin()),
      section(t.scripts, make("p", {}, ...withCommands(t.scriptsHint)), buildToken(), make("p", {}, t.scriptsLine), command(`curl -H "Authorization: Bearer $(photoseek token)" "${location.origin}/api/v1/search?q=dog+on+the+beach&limit=5"`)),
      this.#version);
  }

  /** @param {import("./daemon.js").Status} status */
  update(status) {
    this.#models.update(status);
    this.#folders.update(status.folders);
    const seen = JSON.stringify([status.indexing.state, status.indexing.note, status.notes]);
    if (seen === this.#seen) return; // what has the focus would lose it
    this.#seen = seen;
    this.#version.textContent = t.about(status.version);
    const paused = status.indexing.state === "paused";
    this.#work.replaceChildren(
      make("button", { type: "button", onclick: () => steer(paused ? "resume" : "pause") }, paused ? t.resume : t.pause),
      make("button", { type: "button", onclick: () => steer("rescan", t.rescanning) }, t.rescan),
      ...[status.indexing.note, ...status.notes].filter(Boolean).map((note) => make("p", { class: "note" }, say(note))));
  }
}

export function build() {
  return new Settings();
}

/** What the top has no room for in a narrow window. */
function buildNearby() {
  return make("div", { class: "row nearby" },
    make("button", { type: "button", onclick: () => find("add").click() }, icon("plus"), t.addFiles),
    make("button", { type: "button", onclick: () => find("help").click() }, icon("help"), t.helpTitle));
}

/** @param {string} title @param {...Node} content */
function section(title, ...content) {
  return make("section", {}, make("h2", {}, title), ...content);
}

/** @param {"pause" | "resume" | "rescan"} action @param {string} [done] what is said then */
async function steer(action, done = "") {
  try {
    await send("/indexing", { action });
    if (done) notify(done);
    await connection.look();
  } catch (error) {
    notifyError(error);
  }
}

/** A switch; it can be used once the daemon has said how things are. */
function buildLogin() {
  const toggle = make("input", { type: "checkbox", role: "switch", disabled: true, onchange: () => follow(send("/autostart", { installed: toggle.checked })) });
  const note = make("p", { class: "note", role: "status" });
  /** @param {Promise<{installed: boolean, note: string}>} answer */
  async function follow(answer) {
    const before = !toggle.checked;
    try {
      const status = await answer;
      toggle.checked = status.installed;
      toggle.disabled = false;
      note.replaceChildren(status.note ? say(status.note) : "");
    } catch (error) {
      if (!toggle.disabled) toggle.checked = before;
      note.replaceChildren(explain(error).detail || explain(error).title);
    }
  }
  follow(read("/autostart"));
  return make("div", {}, make("label", { class: "switch" }, toggle, t.loginSwitch), note);
}

function buildThemes() {
  const chosen = window.photoseekTheme.get();
  return make("fieldset", { class: "segments" }, make("legend", { class: "unseen" }, t.appearance), ...THEMES.map((theme) =>
    make("label", {}, make("input", { type: "radio", name: "theme", value: theme, checked: theme === chosen, onchange: () => window.photoseekTheme.set(theme) }), make("span", {}, t.themes[theme]))));
}

/**
 * The token, for a person who asks: fetched then, and gone from the page once it is hidden or the settings are left. It
 * is written nowhere; the line below it fetches the token by itself, so that no history of a shell holds it.
 */
function buildToken() {
  const shown = make("code", { tabindex: 0 }, HIDDEN);
  const toggle = iconButton("eye", t.showToken, async () => {
    const show = shown.textContent === HIDDEN;
    try {
      shown.textContent = show ? await readToken() : HIDDEN;
      toggle.title = toggle.ariaLabel = show ? t.hideToken : t.showToken;
      toggle.classList.toggle("struck", show);
    } catch (error) {
      notifyError(error);
    }
  });
  return make("div", { class: "command", role: "group", "aria-label": t.token }, shown, toggle, iconButton("copy", t.copyToken, async () => {
    try {
      await navigator.clipboard.writeText(await readToken());
      notify(t.copied);
    } catch (error) {
      notifyError(error);
    }
  }));
}

/** @returns {Promise<string>} */
async function readToken() {
  return (await read("/token")).token;
}
