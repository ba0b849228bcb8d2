/** Which language the page speaks: the first of the browser's that it knows, else English. Texts stand in texts.*.js. */

const known = ["en", "de"];

/** @type {string} */
export const language =
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((code) => known.includes(code)) ?? "en";

/** @type {typeof import("./texts.en.js").default} */
export const t = (await import(`./texts.${language}.js`)).default;
