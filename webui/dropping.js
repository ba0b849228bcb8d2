/**
 * Pictures that are dropped on the page or pasted into it. Dropped, they fall on one of two fields: search by this
 * picture, or add to the photos. Pasted, a picture is searched by. Files can be added by a button too.
 */

import { ask } from "./daemon.js";
import { icon, make } from "./dom.js";
import { explain, notify } from "./notices.js";
import { say } from "./said.js";
import { t } from "./texts.js";

/** What went wrong must not be looked for in a long list. */
const SEEN_FIRST = ["rejected", "duplicate", "added"];

/** @typedef {{name: string, status: "added" | "duplicate" | "rejected", reason: string}} Answer */

/**
 * @param {(picture: File) => void} search
 * @param {{button: HTMLButtonElement, input: HTMLInputElement, added: () => void}} adding the same without dropping;
 *   `added`: files were added
 */
export function takePictures(search, { button, input, added }) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) addFiles(files).then(added);
  });
  const bySearch = field("search", t.dropSearch, t.dropSearchHint);
  const byAdding = field("plus", t.dropAdd, t.dropAddHint);
  const overlay = make("div", { class: "dropping", hidden: true, "aria-hidden": "true" }, bySearch, byAdding);
  document.body.append(overlay);
  const aim = (/** @type {DragEvent} */ event) => {
    overlay.hidden = false;
    for (const target of [bySearch, byAdding]) target.classList.toggle("aimed", target.contains(/** @type {Node} */ (event.target)));
  };
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    aim(event);
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) overlay.hidden = true;
  });
  addEventListener("drop", (event) => {
    overlay.hidden = true;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const files = takeFiles(event.dataTransfer);
    if (!files.length) return;
    if (byAdding.contains(/** @type {Node} */ (event.target))) addFiles(files).then(added);
    else searchBy(files[0], search);
  });
  addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    search(file);
  });
}

/** What was dropped, but for folders: a browser can't send those. @param {DataTransfer} dropped */
function takeFiles(dropped) {
  const items = [...dropped.items].filter(({ kind }) => kind === "file");
  const files = items.filter((item) => !item.webkitGetAsEntry()?.isDirectory).map((item) => item.getAsFile());
  if (files.length < items.length) notify(t.noFolders, { bad: true });
  return files.filter((file) => file !== null);
}

/** @param {string} name @param {string} title @param {string} hint */
function field(name, title, hint) {
  return make("div", { class: "field" }, icon(name), make("b", {}, title), make("span", {}, hint));
}

/** @param {File} file @param {(picture: File) => void} search */
function searchBy(file, search) {
  if (file.type && !file.type.startsWith("image/")) notify(t.noPicture, { bad: true });
  else search(file);
}

/** Add files to the photos and show the answer for each. @param {File[]} files */
async function addFiles(files) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  const waiting = notify(t.adding(files.length), { lasting: true });
  try {
    const answer = await (await ask("POST", "/photos", { form })).json();
    answer.files.sort((/** @type {Answer} */ one, /** @type {Answer} */ other) => SEEN_FIRST.indexOf(one.status) - SEEN_FIRST.indexOf(other.status));
    const added = answer.files.filter((/** @type {Answer} */ { status }) => status === "added").length;
    notify(make("div", {}, make("b", {}, t.addedTitle(added)), make("ul", { class: "answers" }, ...answer.files.map(buildAnswer))), { lasting: true });
  } catch (error) {
    const { title, detail } = explain(error);
    notify(make("div", {}, make("b", {}, title), make("p", {}, detail)), { bad: true, lasting: true });
  } finally {
    waiting.remove();
  }
}

/** @param {Answer} answer */
function buildAnswer({ name, status, reason }) {
  return make("li", { class: status }, make("span", {}, name), make("em", {}, t[status]), reason ? make("small", {}, say(reason)) : "");
}
