/** Which language the page speaks: the first of the browser's that it knows, else English. Texts stand in texts.*.js. */

const known = ["en", "de"];

/** The language with its land, such as en-GB: dates are written differently there. @type {string} */
export const locale = navigator.languages.find((tag) => known.includes(tag.slice(0, 2).toLowerCase())) ?? "en";

/** @type {string} */
export const language = locale.slice(0, 2).toLowerCase();

/** @type {typeof import("./texts.en.js").default} */
export const t = (await import(`./texts.${language}.js`)).default;
