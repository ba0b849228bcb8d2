/** Recent searches, in this browser only, newest first. */

const PLACE = "photoseek.recent";
const KEPT = 12;

/** @returns {string[]} */
export function recentSearches() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((query) => typeof query === "string") : [];
  } catch {
    return []; // somebody else wrote there
  }
}

/** @param {string} query */
export function rememberSearch(query) {
  const trimmed = query.trim();
  if (!trimmed) return;
  localStorage.setItem(PLACE, JSON.stringify([trimmed, ...recentSearches().filter((other) => other !== trimmed)].slice(0, KEPT)));
}

export function forgetSearches() {
  localStorage.removeItem(PLACE);
}
