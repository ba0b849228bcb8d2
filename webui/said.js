/**
 * What the daemon says in sentences (reasons, notes, hints), in the page's language. The daemon speaks English, to
 * scripts and terminals too, so its sentences are the keys, as in gettext: `said.de.js` has each of them, with {} for
 * what is filled in. What is not there stays English and says so to a screen reader.
 */

import { make } from "./dom.js";
import { showNumber } from "./format.js";
import { language } from "./texts.js";

/** @type {Record<string, string>} */
const known = language === "en" ? {} : (await import(`./said.${language}.js`)).default;

/** The sentences with gaps, those that say most first: a gap takes whatever stands there. */
const patterns = Object.keys(known)
  .sort((one, other) => Number(one.startsWith("{}")) - Number(other.startsWith("{}")) || other.length - one.length)
  .map((key) => [key, key.split("{}").map(escape).join("(.+?)")])
  .map(([key, pattern]) => ({ words: known[key], followed: new RegExp(`^${pattern} (.+)$`, "s"), last: new RegExp(`^${pattern}$`, "s") }));

/** @param {string} text */
function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** One sentence or several. @param {string} text @returns {string | null} null where one of them is not known */
function translate(text) {
  if (text in known) return known[text];
  for (const { words, followed, last } of patterns) {
    const before = followed.exec(text)?.slice(1);
    const rest = before && translate(before.pop() ?? "");
    if (rest) return `${fillIn(words, before)} ${rest}`;
    const whole = last.exec(text)?.slice(1);
    if (whole) return fillIn(words, whole);
  }
  return null;
}

/** @param {string} words @param {string[]} parts one for each gap */
function fillIn(words, parts) {
  return words.replaceAll("{}", () => fill(parts.shift() ?? ""));
}

/** What stands in a gap may be a sentence itself, such as a number of things. @param {string} text */
function fill(text) {
  if (/^[\d,]+$/.test(text)) return showNumber(Number(text.replaceAll(",", "")));
  return sayPlainly(text);
}

/** As plain text. @param {string} text @returns {string} */
export function sayPlainly(text) {
  return translate(text) ?? text;
}

/** As an element. @param {string} text @returns {HTMLElement} */
export function say(text) {
  const words = language === "en" ? text : translate(text);
  return make("span", { lang: words === null ? "en" : false }, ...withCommands(words ?? text));
}

/** What stands in backticks as commands. @param {string} text @returns {(string | Node)[]} */
export function withCommands(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));
}
