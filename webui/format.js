/** Numbers, dates and names as a person reads them, in the language of the texts. Pure. */

import { locale, t } from "./texts.js";

const number = new Intl.NumberFormat(locale);
const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
const percent = new Intl.NumberFormat(locale, { style: "percent" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
const distance = new Intl.RelativeTimeFormat(locale);

/** @param {number} value */
export function showNumber(value) {
  return number.format(value);
}

/** At most one digit after the point. @param {number} value */
export function showSpeed(value) {
  return oneDigit.format(value);
}

/** Two digits. @param {number} seconds */
export function showPace(seconds) {
  return twoDigits.format(seconds);
}

/** Percents. @param {number} share of 1 */
export function showShare(share) {
  return percent.format(share);
}

/** @param {number} bytes */
export function showSize(bytes) {
  const [unit, factor] = [["GB", 1e9], ["MB", 1e6], ["kB", 1e3], ["B", 1]].find(([, least]) => bytes >= Number(least)) ?? ["B", 1];
  return `${oneDigit.format(bytes / Number(factor))} ${unit}`;
}

/** A local time such as 2023-08-02T18:11:09, as a day. @param {string} taken */
export function showDay(taken) {
  return taken ? day.format(new Date(taken)) : "";
}

/** A time with its minutes: local, or UTC where it ends with Z. @param {string} when */
export function showMoment(when) {
  return when ? moment.format(new Date(when)) : "";
}

/** How long ago a moment was, in whole minutes, hours or days. @param {string} when UTC */
export function showAgo(when) {
  const seconds = Math.max(0, (Date.now() - new Date(when).getTime()) / 1000);
  if (seconds < 60) return t.justNow;
  const [unit, lasts] = /** @type {const} */ ([["day", 86_400], ["hour", 3600], ["minute", 60]]).find(([, least]) => seconds >= least) ?? ["minute", 60];
  return distance.format(-Math.round(seconds / lasts), unit);
}

/** How long something still takes. @param {number | null} seconds */
export function showRest(seconds) {
  if (seconds === null) return "";
  if (seconds < 60) return t.secondsLeft(Math.max(1, Math.round(seconds)));
  return seconds < 5400 ? t.minutesLeft(Math.round(seconds / 60)) : t.hoursLeft(oneDigit.format(seconds / 3600));
}

/** Degrees as people write them: 48.8584° N, 2.2945° E. @param {number} latitude @param {number} longitude */
export function showPlace(latitude, longitude) {
  const [north, east] = [Math.abs(latitude).toFixed(5), Math.abs(longitude).toFixed(5)];
  return `${north}° ${latitude < 0 ? t.south : t.north}, ${east}° ${longitude < 0 ? t.west : t.east}`;
}

/** Those of the facts that there are, on one line. @param {...(string | false | undefined)} facts */
export function joinFacts(...facts) {
  return facts.filter(Boolean).join(" · ");
}

/** The folder of a path, of either kind of slash. @param {string} path */
export function folderOf(path) {
  return path.replace(/[\\/][^\\/]*$/, "") || "/";
}

/** The last name in a path. @param {string} path */
export function nameOf(path) {
  return path.replace(/[\\/]+$/, "").replace(/^.*[\\/]/, "") || path;
}
