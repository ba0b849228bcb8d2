/** Folders: the form that adds one, and the list of those that are watched. Used by the first run and the settings. */

import { read, remove, send } from "./daemon.js";
import { connection } from "./connection.js";
import { icon, make } from "./dom.js";
import { joinFacts, showAgo, showMoment } from "./format.js";
import { explain, notifyError } from "./notices.js";
import { say } from "./said.js";
import { t } from "./texts.js";

/** A form that adds a folder; offers the pictures folder, where it isn't watched. */
export function buildFolderForm() {
  const path = make("input", { type: "text", id: "folder-path", name: "path", autocomplete: "off", spellcheck: "false", required: true, "aria-describedby": "folder-hint folder-error", placeholder: t.folderExample });
  const wrong = make("p", { class: "wrong", id: "folder-error", role: "alert" });
  const button = make("button", { type: "submit", class: "main" }, t.addFolder);
  const form = make("form", { class: "add-folder" },
    make("label", { for: "folder-path" }, t.folderPath), make("div", { class: "line-up" }, path, button),
    make("p", { class: "unseen", id: "folder-hint" }, t.folderExample), wrong);
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    path.value = path.value.trim();
    if (!form.reportValidity()) return; // there were only spaces
    button.disabled = true;
    wrong.replaceChildren();
    try {
      await send("/folders", { path: path.value });
      path.value = "";
      await connection.look();
    } catch (error) {
      const { title, detail } = explain(error);
      wrong.replaceChildren(`${title}. `, detail);
      path.focus();
    } finally {
      button.disabled = false;
    }
  });
  suggest(path);
  return form;
}

/** Write the person's pictures folder into an empty field. @param {HTMLInputElement} path */
async function suggest(path) {
  try {
    const { suggested } = await read("/folders");
    if (!path.value) path.value = suggested ?? "";
  } catch {
    // the state line says what is wrong
  }
}

/** The watched folders: how many photos each has, and how far behind it is. Its `update` keeps the buttons, and so the focus. */
export class FolderList {
  element = make("ul", { class: "cards" });
  /** By the folder's id. @type {Map<number, Card>} */
  #cards = new Map();

  /** @param {import("./daemon.js").Folder[]} folders */
  update(folders) {
    for (const [id, card] of this.#cards) {
      if (folders.some((folder) => folder.id === id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    for (const folder of folders) {
      const card = this.#cards.get(folder.id) ?? new Card(folder);
      this.#cards.set(folder.id, card);
      if (!card.element.isConnected) this.element.append(card.element);
      card.update(folder);
    }
  }
}

/** One of them. */
class Card {
  #state = make("p", { class: "folder-state" });
  #facts = make("p", { class: "quiet" });
  #note = make("p", { class: "note", hidden: true });
  #picture = make("span", { class: "kind" });
  #drawn = "";

  /** @param {import("./daemon.js").Folder} folder */
  constructor(folder) {
    this.folder = folder;
    this.letGo = make("button", { type: "button", hidden: true, onclick: () => letGo(this.folder) }, t.letGo);
    this.element = make("li", { class: "card" }, this.#picture,
      make("div", {}, make("b", {}, folder.path), this.#state, this.#facts, this.#note), this.letGo,
      make("button", { type: "button", "aria-label": t.removeFolderNamed(folder.path), onclick: () => removeFolder(this.folder) }, t.removeFolder));
  }

  /** @param {import("./daemon.js").Folder} folder */
  update(folder) {
    const { state, photos, missing, waiting, last_scan, noticed_within_s, note } = folder;
    this.folder = folder;
    const drawn = state === "offline" ? "away" : "folder";
    if (drawn !== this.#drawn) this.#picture.replaceChildren(icon(drawn));
    this.#drawn = drawn;
    this.element.dataset.state = state !== "offline" && waiting ? "behind" : state;
    this.#state.textContent = describeLag(folder);
    this.#facts.textContent = joinFacts(t.photosIn(photos), last_scan && t.lastScan(showAgo(last_scan)), noticed_within_s === null ? "" : t.noticedWithin(noticed_within_s));
    this.#facts.title = showMoment(last_scan);
    this.#note.replaceChildren(say(note));
    this.#note.hidden = !note;
    this.letGo.hidden = !missing;
  }
}

/** Whether all that lies in it can be found. @param {import("./daemon.js").Folder} folder */
function describeLag({ state, waiting }) {
  if (state === "offline") return t.offline;
  const behind = waiting ? t.waitingIn(waiting) : "";
  return state === "scanning" ? joinFacts(t.beingScanned, behind) : behind || t.allThere;
}

/** @param {import("./daemon.js").Folder} folder */
async function removeFolder({ id, path }) {
  if (!(await isSure(t.removeFolderSure(path), t.removeFolder))) return;
  try {
    await remove(`/folders/${id}`);
    await connection.look();
  } catch (error) {
    notifyError(error);
  }
}

/** The photos that were gone at once are gone for good. @param {import("./daemon.js").Folder} folder */
async function letGo({ id, path, missing, state }) {
  if (!(await isSure(t.letGoSure(missing, path), t.letGo))) return;
  try {
    await send(`/folders/${id}/confirm-missing${state === "offline" ? "?all=true" : ""}`);
    await connection.look();
  } catch (error) {
    notifyError(error);
  }
}

/** Ask a person. @param {string} question @param {string} yes @returns {Promise<boolean>} */
export function isSure(question, yes) {
  return new Promise((answer) => {
    const dialog = make("dialog", { class: "small", "aria-label": yes }, make("p", {}, question), make("form", { method: "dialog", class: "answers" },
      make("button", { value: "" }, t.cancel), make("button", { value: "yes", class: "main" }, yes)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
