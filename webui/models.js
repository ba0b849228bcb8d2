/** The list of models: which answers, which comes next and how far it is, and a button for each other one. */

import { connection } from "./connection.js";
import { read, send } from "./daemon.js";
import { make } from "./dom.js";
import { isSure } from "./folders.js";
import { joinFacts, nameOf, showPace } from "./format.js";
import { notify, notifyError } from "./notices.js";
import { say, sayPlainly } from "./said.js";
import { describeNext, shareOf } from "./stateline.js";
import { t } from "./texts.js";

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {string} languages
 * @property {number} size_mb 0 where unknown
 * @property {string} good_at
 * @property {boolean} on_disk
 * @property {boolean} in_use
 * @property {number | null} s_per_picture
 * @property {number} photos that are indexed with it
 */

/** The list; its `update` shows a newer status. */
export class ModelList {
  element = make("ul", { class: "cards" });
  /** @type {Model[]} */
  #models = [];
  #listed = "";
  #shown = "";

  /** @param {import("./daemon.js").Status} status */
  async update({ model, counts }) {
    const { next } = model;
    const listed = JSON.stringify([model.name, next?.name, next?.state, counts.vectors]);
    if (listed !== this.#listed) {
      this.#listed = listed;
      try {
        this.#models = (await read("/models")).models;
        this.#shown = "";
      } catch (error) {
        this.#listed = "";
        connection.report(error);
      }
    }
    this.#show(next);
  }

  /** @param {import("./daemon.js").NextModel | null} next */
  #show(next) {
    const shown = JSON.stringify([this.#models, next?.name, next?.state, next?.note]);
    const bar = this.element.querySelector("progress");
    if (shown === this.#shown && (bar || !next || shareOf(next) === null)) {
      if (bar && next) advance(bar, next); // what has the focus would lose it if all were made anew
      return;
    }
    const focused = this.element.contains(document.activeElement);
    this.#shown = shown;
    this.element.replaceChildren(...inUseFirst(this.#models).map((model) => this.#build(model, next && isCalled(model, next.name) ? next : null)));
    if (focused) /** @type {HTMLElement | null} */ (this.element.querySelector(".coming") ?? this.element.querySelector(".chosen"))?.focus();
  }

  /** @param {Model} model @param {import("./daemon.js").NextModel | null} next where it is this one */
  #build(model, next) {
    const { name, languages, size_mb, good_at, on_disk, in_use, s_per_picture, photos } = model;
    const facts = joinFacts(t.modelLanguages(sayPlainly(languages)), size_mb ? t.modelSize(size_mb) : "", on_disk ? t.modelHere : "");
    const seen = joinFacts(s_per_picture ? t.modelPace(showPace(s_per_picture)) : "", photos ? t.modelPhotos(photos) : "");
    const coming = next && next.state !== "failed" && next.state !== "waiting";
    return make("li", { class: `card${in_use ? " chosen" : ""}${coming ? " coming" : ""}`, tabindex: -1 },
      make("div", {}, make("b", {}, name), make("p", { class: "quiet" }, facts), good_at ? make("p", { class: "quiet good-at" }, say(good_at)) : "",
        seen ? make("p", { class: "quiet" }, seen) : "", coming ? buildBar(next) : "",
        next && !coming ? make("p", { class: "note" }, `${t.nextStates[next.state]}. `, say(next.note)) : ""),
      in_use ? make("span", { class: "badge" }, t.modelInUse) : "",
      !in_use && !coming ? button(on_disk ? t.useModel : t.fetchModel, t.useModelNamed(name), () => this.#use(name)) : "",
      coming ? button(t.cancel, t.stopModelNamed(name), () => this.#use(this.#models.find((one) => one.in_use)?.name ?? "auto")) : "",
      !in_use && !coming && photos ? button(t.forgetModel, t.forgetModelNamed(name), () => this.#forget(model)) : "");
  }

  /** @param {string} name */
  async #use(name) {
    try {
      await send("/models/use", { name });
      await connection.look();
    } catch (error) {
      notifyError(error);
    }
  }

  /** @param {Model} model */
  async #forget({ name, photos }) {
    if (!(await isSure(t.forgetModelSure(name, photos), t.forgetModel))) return;
    try {
      const { forgotten } = await send("/models/forget", { name });
      notify(t.forgotten(forgotten));
      this.#listed = "";
      await connection.look();
    } catch (error) {
      notifyError(error);
    }
  }
}

/** @param {Model[]} models */
function inUseFirst(models) {
  return [...models].sort((one, other) => Number(other.in_use) - Number(one.in_use));
}

/** A model of a person's own stands in the list by its whole path, and answers by the name of its folder. @param {Model} model @param {string} name */
function isCalled(model, name) {
  return model.name === name || nameOf(model.name) === name;
}

/** @param {import("./daemon.js").NextModel} next */
function buildBar(next) {
  const bar = make("progress", { max: 1, "aria-label": t.modelTitle });
  const line = make("p", { class: "quiet how-far" });
  const held = make("div", {}, bar, line);
  advance(bar, next);
  return held;
}

/** @param {HTMLProgressElement} bar @param {import("./daemon.js").NextModel} next */
function advance(bar, next) {
  const share = shareOf(next);
  if (share === null) bar.removeAttribute("value");
  else bar.value = share;
  if (bar.nextElementSibling) bar.nextElementSibling.textContent = joinFacts(describeNext(next), next.note === "paused" ? t.paused : sayPlainly(next.note));
}

/** @param {string} text @param {string} label @param {() => void} onclick */
function button(text, label, onclick) {
  return make("button", { type: "button", "aria-label": label, onclick }, text);
}
