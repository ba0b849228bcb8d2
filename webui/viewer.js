/**
 * A photo opened: large, with what is known of it and what can be done with it. A dialog over the page; arrow keys lead
 * through the answer it was opened from.
 *
 * @typedef {import("./daemon.js").Photo & {format: string, taken_from: string, utc_offset: string, lens: string,
 *   latitude: number | null, longitude: number | null, size_bytes: number,
 *   place: string, title: string, caption: string, keywords: string[],
 *   paths: {path: string, folder_id: number, state: string}[]}} Known
 */

import { Gone, Refusal, fetchPicture, read, send } from "./daemon.js";
import { icon, iconButton, make } from "./dom.js";
import { folderOf, joinFacts, showMoment, showNumber, showPlace, showSize } from "./format.js";
import { explain, notify, notifyError } from "./notices.js";
import { t } from "./texts.js";
import { glimpse, hold, release } from "./thumbnails.js";
import { Zoom } from "./zoom.js";

// What browsers draw; of anything else the largest thumbnail is shown.
const DRAWN = new Set(["JPEG", "MPO", "PNG", "GIF", "WEBP", "BMP", "AVIF"]);

// Larger than life; beyond that one sees pixels instead of a photo.
const LARGEST = 2;

/**
 * @typedef {object} Ways what the viewer asks of the page
 * @property {() => void} close
 * @property {(step: 1 | -1) => void} step
 * @property {(id: string, less: boolean) => void} example
 * @property {(id: string) => void} stack all photos of its stack
 */

export class Viewer {
  /** @type {Known | null} */
  #known = null;
  #id = "";
  #stop = new AbortController();
  #url = "";
  #held = false;
  /** Whether nobody answered: what is missing comes when somebody does. */
  #isCutOff = false;

  /** @param {Ways} ways */
  constructor(ways) {
    this.ways = ways;
    this.#image = make("img", { alt: "" });
    this.#previous = iconButton("left", t.previous, () => ways.step(-1), { class: "plain side previous" });
    this.#next = iconButton("right", t.next, () => ways.step(1), { class: "plain side next" });
    this.#stage = make("div", { class: "stage" }, this.#image);
    this.#place = make("p", { class: "place" });
    this.#facts = make("aside", { class: "facts", "aria-label": t.facts, tabindex: 0 });
    this.#zoom = new Zoom(this.#stage, this.#image, ways);
    this.element = make("dialog", { class: "viewer", "aria-label": t.photo }, this.#bar(), this.#stage, this.#previous, this.#next, this.#facts);
    this.element.addEventListener("cancel", (/** @type {Event} */ event) => {
      event.preventDefault();
      ways.close();
    });
    this.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#onKey(event));
  }

  #image;
  #stage;
  #previous;
  #next;
  #facts;
  #place;
  #zoom;

  get isOpen() {
    return this.element.open;
  }

  #bar() {
    return make("div", { class: "bar" },
      iconButton("close", t.close, () => this.ways.close()),
      this.#place,
      iconButton("plus", t.zoomIn, () => this.#zoom.step(1)),
      iconButton("minus", t.zoomOut, () => this.#zoom.step(-1)),
      iconButton("info", t.facts, () => this.#toggleFacts(), { "aria-pressed": "true" }));
  }

  #toggleFacts() {
    const hidden = this.element.classList.toggle("bare");
    this.element.querySelector("[aria-pressed]").setAttribute("aria-pressed", String(!hidden));
  }

  /**
   * Show a photo.
   *
   * @param {string} id
   * @param {{index: number, length: number, more: boolean, row?: import("./daemon.js").Photo}} where in the answer;
   *   index -1: not in it
   */
  async show(id, { index, length, more, row }) {
    this.#previous.disabled = index <= 0;
    this.#next.disabled = index < 0 || (index >= length - 1 && !more);
    this.#place.textContent = index < 0 ? "" : t.place(showNumber(index + 1), showNumber(length) + (more ? "+" : ""));
    if (!this.element.open) this.element.showModal();
    if (id === this.#id && !this.#isCutOff) return;
    this.#leave();
    this.#id = id;
    const { signal } = this.#stop;
    const known = glimpse(id);
    this.#limit(row ?? { width: 0, height: 0 });
    if (known) this.#image.src = known;
    else this.#image.removeAttribute("src");
    try {
      const photo = await read(`/photos/${encodeURIComponent(id)}`, {}, signal);
      this.#showFacts(photo, row?.why ?? []);
      this.#limit(photo);
      await this.#showLarge(photo, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal || error instanceof Gone)) return; // the browser can't draw the file
      this.#isCutOff = error instanceof Gone;
      this.#stage.append(make("p", { class: "lost", role: "status" }, this.#explainLoss(error)));
    }
  }

  /** The photo itself is not there, or its file can't be had. @param {Refusal | Gone} error */
  #explainLoss(error) {
    const { title, detail } = explain(error);
    if (error instanceof Gone || !error.message) return title;
    return !this.#known && error.status === 404 ? t.photoGone : detail;
  }

  /** A small picture is not drawn out of all proportion. @param {{width: number, height: number}} size in pixels; 0: unknown */
  #limit({ width, height }) {
    const most = (/** @type {number} */ pixels) => (pixels ? `${pixels * LARGEST}px` : "");
    Object.assign(this.#image.style, { maxWidth: most(width), maxHeight: most(height) });
  }

  close() {
    this.#leave();
    this.#id = "";
    if (this.element.open) this.element.close();
  }

  #leave() {
    this.#stop.abort();
    this.#stop = new AbortController();
    if (this.#held) release(this.#id, 1024);
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
    this.#held = false;
    this.#isCutOff = false;
    this.#known = null;
    this.#zoom.reset();
    this.#facts.replaceChildren();
    this.#stage.replaceChildren(this.#image);
  }

  /** First the largest thumbnail, then, where the browser can draw it, the file. @param {Known} photo @param {AbortSignal} signal */
  async #showLarge(photo, signal) {
    try {
      const url = await hold(photo.id, 1024, signal);
      this.#held = true;
      await this.#swap(url, signal);
    } catch (error) {
      if (signal.aborted) throw error; // the glimpse stays: an offline photo may have no large thumbnail
    }
    if (photo.state !== "online") this.#limit({ width: this.#image.naturalWidth, height: this.#image.naturalHeight });
    if (photo.state !== "online" || !DRAWN.has(photo.format)) return;
    const blob = await fetchPicture(`/photos/${photo.id}/file`, signal);
    if (signal.aborted) return;
    this.#url = URL.createObjectURL(blob);
    await this.#swap(this.#url, signal);
  }

  /** Change the picture without a blink. @param {string} url @param {AbortSignal} signal */
  async #swap(url, signal) {
    const loaded = new Image();
    loaded.src = url;
    await loaded.decode();
    if (!signal.aborted) this.#image.src = url;
  }

  /** @param {Known} photo @param {NonNullable<Known["why"]>} why */
  #showFacts(photo, why) {
    this.#known = photo;
    this.#image.alt = photo.name;
    this.#facts.replaceChildren(
      make("h2", {}, photo.name),
      photo.state === "offline" ? make("p", { class: "note away" }, icon("away"), t.offlineNote) : "",
      this.#deeds(photo),
      make("dl", {}, ...factsOf(photo, why).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
      make("h3", {}, t.copies(photo.paths.length)),
      make("ul", { class: "paths" }, ...photo.paths.map((copy) => make("li", { class: copy.state },
        make("span", {}, folderOf(copy.path)), copy.state === "offline" ? make("em", {}, t.offline) : ""))));
  }

  /** @param {Known} photo */
  #deeds(photo) {
    const here = photo.state === "online";
    const deed = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ onclick, disabled = false) =>
      make("button", { type: "button", disabled, onclick }, icon(name), label);
    return make("div", { class: "deeds" },
      deed("plus", t.moreLikeThis, () => this.ways.example(photo.id, false)),
      deed("minus", t.lessLikeThis, () => this.ways.example(photo.id, true)),
      ...(photo.stack ? [deed("stack", t.showStack(photo.stack.count), () => this.ways.stack(photo.id))] : []),
      deed("open", t.openFile, () => this.#tellDaemon("open"), !here),
      deed("folder", t.showInFolder, () => this.#tellDaemon("reveal"), !here),
      deed("copy", t.copyPath, () => this.#copyPath()),
      deed("download", t.download, () => this.#download(), !here));
  }

  /** @param {"open" | "reveal"} what */
  async #tellDaemon(what) {
    try {
      await send(`/photos/${this.#id}/${what}`);
    } catch (error) {
      notifyError(error);
    }
  }

  async #copyPath() {
    if (!this.#known) return;
    try {
      await navigator.clipboard.writeText(this.#known.path);
      notify(t.pathCopied);
    } catch (error) {
      notifyError(error);
    }
  }

  async #download() {
    if (!this.#known) return;
    const { id, name } = this.#known; // another photo may be open when the file has come
    try {
      const url = URL.createObjectURL(await fetchPicture(`/photos/${id}/file`));
      make("a", { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      notifyError(error);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.#previous.disabled || this.ways.step(-1),
      ArrowRight: () => this.#next.disabled || this.ways.step(1),
      "+": () => this.#zoom.step(1),
      "-": () => this.#zoom.step(-1),
      0: () => this.#zoom.reset(),
      i: () => this.#toggleFacts(),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }
}

/**
 * What is known of a photo, by name; what isn't known is left out.
 *
 * @param {Known} photo
 * @param {NonNullable<Known["why"]>} why
 * @returns {[string, string][]}
 */
function factsOf(photo, why) {
  const { taken_at, taken_from, utc_offset, camera, lens, latitude, longitude, width, height, size_bytes, format } = photo;
  const size = `${showNumber(width)} × ${showNumber(height)}`;
  /** @type {[string, string][]} */
  const facts = [
    [t.title, photo.title],
    [t.description, photo.caption],
    [t.keywords, photo.keywords.join(", ")],
    [taken_from === "file" ? t.fileDate : t.taken, [showMoment(taken_at), utc_offset].filter(Boolean).join(" ")],
    [t.camera, camera],
    [t.lens, lens],
    [t.town, photo.place],
    [t.coordinates, latitude === null || longitude === null ? "" : showPlace(latitude, longitude)],
    [t.size, joinFacts(width ? size : "", showSize(size_bytes), format)],
    [t.foundBy, why.map((reason) => t.reasons[reason]).join(", ")],
  ];
  return facts.filter(([, value]) => value);
}
