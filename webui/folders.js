/** Folders: the form that adds one, and the list of those that are watched. Used by the first run and the settings. */

import { read, remove, send } from "./daemon.js";
import { connection } from "./connection.js";
import { icon, make } from "./dom.js";
import { showMoment } from "./format.js";
import { explain, notifyError } from "./notices.js";
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
    button.disabled = true;
    wrong.replaceChildren();
    try {
      await send("/folders", { path: path.value.trim() });
      path.value = "";
      await connection.look();
    } catch (error) {
      const { title, detail } = explain(error);
      wrong.replaceChildren(`${title}. `, make("span", { lang: "en" }, detail));
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

/** @param {import("./daemon.js").Folder[]} folders */
export function buildFolderList(folders) {
  return make("ul", { class: "cards" }, ...folders.map(buildFolder));
}

/** @param {import("./daemon.js").Folder} folder */
function buildFolder(folder) {
  const { path, state, photos, missing, last_scan, note } = folder;
  const facts = [t.photosIn(photos), t.folderStates[state], last_scan && t.lastScan(showMoment(last_scan))].filter(Boolean).join(" · ");
  return make("li", { class: `card ${state}` }, icon(state === "offline" ? "away" : "folder"),
    make("div", {}, make("b", {}, path), make("p", { class: "quiet" }, facts), note ? make("p", { class: "note", lang: "en" }, note) : ""),
    missing ? make("button", { type: "button", onclick: () => letGo(folder) }, t.letGo) : "",
    make("button", { type: "button", "aria-label": t.removeFolderNamed(path), onclick: () => removeFolder(folder) }, t.removeFolder));
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
