/**
 * What can't wait for the modules, in the one script that is none, so that the browser waits for it.
 *
 * Light or dark, before anything is painted: the choice lies in this browser; "system" is no choice. Settings change it
 * through `photoseekTheme`. And the language, so that its texts come with the modules and not after them.
 */
"use strict";

window.photoseekTheme = {
  /** @returns {"system" | "light" | "dark"} */
  get() {
    const chosen = localStorage.getItem("photoseek.theme");
    return chosen === "light" || chosen === "dark" ? chosen : "system";
  },

  /** @param {string} theme */
  set(theme) {
    if (theme === "system") localStorage.removeItem("photoseek.theme");
    else localStorage.setItem("photoseek.theme", theme);
    this.apply();
  },

  apply() {
    document.documentElement.dataset.theme = this.get();
  },
};
window.photoseekTheme.apply();

/** The first of the browser's languages that the page knows, with its land, such as en-GB: dates are written differently there. */
window.photoseekLocale = navigator.languages.find((tag) => ["en", "de"].includes(tag.slice(0, 2).toLowerCase())) ?? "en";

for (const name of ["texts", "said"]) {
  const language = window.photoseekLocale.slice(0, 2).toLowerCase();
  if (name === "said" && language === "en") continue; // the daemon speaks English
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = `/${name}.${language}.js`;
  document.head.append(link);
}
