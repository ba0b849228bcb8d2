/** Elements: made, named, found. What is text goes in as text, never as markup. */

import { t } from "./texts.js";

/**
 * Make an element.
 *
 * @param {string} name
 * @param {Record<string, any>} [traits] attributes; `class`; `onclick` and the like are listened to; nothing is set
 *   for undefined, null and false.
 * @param {...(Node | string | null | undefined)} children
 * @returns {any} an element of that name
 */
export function make(name, traits = {}, ...children) {
  const element = document.createElement(name);
  for (const [trait, value] of Object.entries(traits)) {
    if (value === undefined || value === null || value === false) continue;
    if (trait.startsWith("on")) element.addEventListener(trait.slice(2), value);
    else element.setAttribute(trait, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * An icon of the sprite in index.html; says nothing to a screen reader.
 *
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/**
 * A button that shows an icon and is named by `label`, which is its tooltip too.
 *
 * @param {string} name of the icon
 * @param {string} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {Record<string, any>} [traits]
 * @returns {HTMLButtonElement}
 */
export function iconButton(name, label, onclick, traits = {}) {
  return make("button", { type: "button", class: "plain", title: label, "aria-label": label, onclick, ...traits }, icon(name));
}

/** What stands at the head of a view: the way back, and its name. @param {string} title @returns {HTMLElement} */
export function head(title) {
  return make("div", { class: "head" }, make("a", { class: "back", href: "/", "data-inside": true }, icon("left"), t.toPhotos), make("h1", {}, title));
}

/**
 * The element of index.html with this id.
 *
 * @param {string} id
 * @returns {any}
 */
export function find(id) {
  return document.getElementById(id);
}

/** Whether keys go into a text that is being written. @param {EventTarget | null} target */
export function isWriting(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}
