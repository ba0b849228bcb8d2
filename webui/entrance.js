/** The way in: the key that this page shows to the daemon, kept for this tab only. */

const KEPT = "photoseek.key";

/** @returns {string} "" where the page has none */
export function key() {
  return sessionStorage.getItem(KEPT) ?? "";
}

/**
 * Exchange the code that a link carries behind `#` for a key; at once, so that the code is in no history.
 *
 * @returns {Promise<boolean>} whether there is a key now
 */
export async function enter() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code) {
    history.replaceState(null, "", location.pathname + location.search);
    const answer = await fetch("/api/v1/keys", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
    });
    if (answer.ok) sessionStorage.setItem(KEPT, (await answer.json()).key);
  }
  return key() !== "";
}
