/** The page's texts in its language, which `first.js` has chosen: texts.*.js. */

/** With its land, such as en-GB. @type {string} */
export const locale = window.photoseekLocale;

/** @type {string} */
export const language = locale.slice(0, 2).toLowerCase();

/** @type {typeof import("./texts.en.js").default} */
export const t = (await import(`./texts.${language}.js`)).default;
