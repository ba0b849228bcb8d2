/**
 * Light or dark, before anything is painted: the one script that is no module, so that the browser waits for it.
 * The choice lies in this browser; "system" is no choice. Settings change it through `photoseekTheme`.
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
