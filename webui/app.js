/**
 * The page: joins its parts, and leads from place to place. The address says what is shown; whatever a person does
 * changes the address, and `show` follows it.
 */

import { addressOf, go, keepScrolled, leaveFor, readAddress, scrollBack } from "./address.js";
import { Answers } from "./answers.js";
import { connection } from "./connection.js";
import { find, isWriting } from "./dom.js";
import { entered, forgetKey } from "./entrance.js";
import { Filters } from "./filters.js";
import { joinFacts } from "./format.js";
import { fetchAhead, getPart } from "./later.js";
import { notify, notifyError } from "./notices.js";
import { addExample, joinQuery, readFilter, splitQuery, withoutFilters } from "./query.js";
import { rememberSearch } from "./recent.js";
import { Search } from "./search.js";
import { SearchBar } from "./searchbar.js";
import { buildStateLine, showGone, showState } from "./stateline.js";
import { language, t } from "./texts.js";

// So often an answer is brought up to date while photos come in.
const REFRESH_MS = 1500;

/** Pictures that were searched by, by their number in the address; gone with this page. @type {File[]} */
const pictures = [];
/** Whether what is typed belongs to the newest entry of the history. */
let typing = false;
let place = readAddress();
/** What is shown in place of the search. @type {{element: HTMLElement, update: (status: import("./daemon.js").Status) => void} | null} */
let panel = null;
/** @type {import("./viewer.js").Viewer | null} */
let viewer = null;
let counted = "";
let doing = "";
let refreshing = 0;

const search = new Search();
const bar = new SearchBar({ onQuery: setQuery, onPicture: setPicture, onClear: clear, onLeave: () => answers.gallery.focus(0) });
const filters = new Filters({
  query: () => place.query,
  write: (query) => setQuery(query, false),
  folders: () => connection.status?.folders.map(({ path }) => path) ?? [],
  cameras: () => [...new Set(search.photos.map(({ camera }) => camera).filter(Boolean))].sort(),
});
const answers = new Answers(search, {
  open: openPhoto,
  example: setExample,
  stack: openStack,
  apart: () => readFilter(place.query, "stack") !== "",
  address: (photo) => addressOf({ ...place, photo }),
  more: () => search.more(),
}, {
  ask: (query) => setQuery(query, false),
  askWithoutFilters: () => setQuery(withoutFilters(place.query), false),
}, filters.element);

/** Show what the address says. */
function show() {
  place = readAddress();
  const picture = pictures[place.picture - 1] ?? null;
  showView();
  bar.show(place.query, picture);
  filters.update();
  if (place.view === "") ask(picture);
  showPhoto();
  const { text } = splitQuery(place.query);
  document.title = joinFacts(place.view === "settings" ? t.settings : place.view === "problems" ? t.problemsTitle : text, "photoseek");
}

/** @param {File | null} picture */
function ask(picture) {
  const { question, turn } = search;
  if (place.picture && !picture) notify(t.pictureLost, { bad: true });
  if (turn && question.query === place.query && question.picture === picture) return;
  search.ask({ query: place.query, picture }, { typing });
}

async function showView() {
  const main = find("main");
  const wanted = isFirstRun() && place.view === "" ? "welcome" : place.view;
  if (main.dataset.view === wanted) return;
  main.dataset.view = wanted;
  const part = wanted && (await getPart(wanted));
  if (main.dataset.view !== wanted) return; // the person went on meanwhile
  if (part === null) return delete main.dataset.view; // the next status leads here again
  panel = part ? part.build() : null;
  main.replaceChildren(panel?.element ?? answers.element);
  if (panel && connection.status) panel.update(connection.status);
  scrollBack();
  if (wanted === "welcome") main.querySelector("input")?.focus();
}

function isFirstRun() {
  return connection.status?.folders.length === 0;
}

async function getViewer() {
  const part = await getPart("viewer");
  if (part && !viewer) document.body.append((viewer = new part.Viewer({ close: closePhoto, step: stepPhoto, example: setExample, stack: openStack })).element);
  return viewer;
}

async function showPhoto() {
  const { photo } = place;
  if (!photo) {
    if (viewer?.isOpen) viewer.close();
    return;
  }
  const opened = viewer ?? (await getViewer());
  if (place.photo !== photo) return; // the person went on meanwhile
  const index = indexOf(photo);
  opened?.show(photo, { index, length: search.photos.length, more: Boolean(search.cursor), row: search.photos[index] });
}

/** @param {string} id */
function indexOf(id) {
  return search.photos.findIndex((photo) => photo.id === id);
}

/**
 * @param {string} query
 * @param {boolean} goesOn it is being typed; one entry in the history for all of it
 */
function setQuery(query, goesOn) {
  if (query === place.query && !goesOn) rememberSearch(splitQuery(query).text);
  const replace = typing;
  typing = goesOn;
  if (query !== place.query || place.view) go({ query, picture: place.picture }, { replace });
  if (!goesOn) rememberSearch(splitQuery(query).text);
  show();
}

function clear() {
  typing = false;
  go({});
  show();
}

/** @param {File | null} picture */
function setPicture(picture) {
  typing = false;
  if (picture) pictures.push(picture);
  go({ query: splitQuery(place.query).text && picture ? "" : place.query, picture: picture ? pictures.length : 0 });
  show();
}

/** @param {string} id @param {boolean} less */
function setExample(id, less) {
  typing = false;
  go({ query: addExample(place.query, { id, less, stack: false }), picture: place.picture });
  show();
}

/** @param {string} id */
function openStack(id) {
  typing = false;
  go({ query: joinQuery("", [{ id, less: false, stack: true }]) });
  show();
}

/** @param {number} index */
function openPhoto(index) {
  typing = false;
  rememberSearch(splitQuery(place.query).text);
  go({ ...place, photo: search.photos[index].id });
  show();
}

/** @param {1 | -1} step */
function stepPhoto(step) {
  const next = search.photos[indexOf(place.photo) + step];
  if (!next) return;
  go({ ...place, photo: next.id }, { replace: true });
  show();
  if (indexOf(next.id) > search.photos.length - 10) search.more();
}

function closePhoto() {
  const index = indexOf(place.photo);
  if (history.state?.inside) history.back();
  else go({ ...place, photo: "" }, { replace: true });
  viewer?.close();
  place.photo = "";
  if (index >= 0) answers.gallery.focus(index);
}

/** @param {import("./daemon.js").Status} status */
function onStatus(status) {
  const before = find("main").dataset.view;
  showState(status);
  showView();
  panel?.update(status);
  if (before === "welcome" && find("main").dataset.view === "") find("query").focus();
  const away = status.folders.filter(({ state }) => state === "offline").map(({ id }) => id);
  const counts = JSON.stringify([status.counts.vectors, away]);
  if (counts !== counted) refreshSoon();
  if (status.indexing.state !== doing) answers.follow();
  counted = counts;
  doing = status.indexing.state;
}

/** Photos have come in or gone, or their disk has: the answer is brought up to date, not too often, and not under a person who scrolls. */
function refreshSoon() {
  refreshing ||= setTimeout(() => {
    refreshing = 0;
    if (place.view || scrollY > innerHeight || !search.refresh()) refreshSoon();
  }, REFRESH_MS);
}

/** @param {boolean} gone */
function onGone(gone) {
  find("trouble").hidden = !gone;
  find("trouble").textContent = gone ? t.gone : "";
  if (gone) return showGone();
  for (const notice of document.querySelectorAll(".notice.gone")) notice.remove();
  search.again();
}

/** The key doesn't fit, or there is none. */
async function onLocked() {
  forgetKey();
  connection.end();
  viewer?.close();
  document.body.classList.add("locked");
  find("main").dataset.view = "locked"; // another view that is on its way comes too late
  const part = await getPart("welcome");
  if (part) find("main").replaceChildren(part.buildLocked());
}

/** Back to the photos that were shown before, or to all. */
function leaveView() {
  if (history.state?.inside) history.back();
  else (go({}), show());
}

async function showHelp() {
  (await getPart("help"))?.openHelp();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") bar.focus();
  else if (event.key === "?") showHelp();
  else if (event.key === "Escape" && place.view) leaveView();
  else if (event.key === "Escape" && !document.querySelector(":popover-open")) bar.focus();
  else return;
  event.preventDefault();
}

/** Links of the page lead to places in it without loading it again. @param {MouseEvent} event */
function onClick(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const inside = link && (link.id === "home" || link.id === "to-settings" || link.dataset.inside !== undefined);
  if (!inside || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  typing = false;
  leaveFor(link.href);
  show();
}

function name() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t[/** @type {"skip"} */ (/** @type {HTMLElement} */ (element).dataset.text)];
  for (const [id, label] of [["add", t.addFiles], ["help", t.help], ["to-settings", t.settings]]) Object.assign(find(id), { title: label, ariaLabel: label });
  find("home").ariaLabel = t.home;
}

name();
keepScrolled();
buildStateLine(find("state"));
find("help").addEventListener("click", showHelp);
addEventListener("popstate", () => ((typing = false), show()));
addEventListener("keydown", onKey);
addEventListener("click", onClick);
search.addEventListener("change", () => {
  bar.work(search.busy);
  if (place.photo) showPhoto();
});
search.addEventListener("cut", (event) => notifyError(/** @type {CustomEvent} */ (event).detail));
connection.addEventListener("status", (event) => onStatus(/** @type {CustomEvent} */ (event).detail));
connection.addEventListener("photo", refreshSoon); // one for another leaves their number as it was
connection.addEventListener("gone", () => onGone(true));
connection.addEventListener("back", () => onGone(false));
connection.addEventListener("locked", onLocked);
const typed = find("query").value; // while the modules were on their way
show();
if (typed) setQuery(typed, true);
if (!matchMedia("(pointer: coarse)").matches && !place.photo && !place.view) find("query").focus();
getPart("dropping").then((part) => part?.takePictures(setPicture, { button: find("add"), input: find("add-files"), added: () => connection.look() }));
if (await entered) connection.run();
else onLocked();
fetchAhead();
