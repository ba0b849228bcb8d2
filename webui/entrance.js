/**
 * The way in: a link brings a code, good for one page; the code is exchanged for a key, kept for this tab only. A tab
 * that has none asks the other tabs of this page.
 */

const PLACE = "photoseek.key";
// Other tabs answer at once, unless they are busy: one that comes later is heard too.
const PATIENCE_MS = 250;

const tabs = new BroadcastChannel("photoseek");

// A link that is opened in this very tab changes only what stands behind the #: nothing is loaded for that.
addEventListener("hashchange", () => codeInAddress() && location.reload());

/** @returns {string | null} */
function codeInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("code");
}

/** @returns {string} "" where this page has none */
export function key() {
  return sessionStorage.getItem(PLACE) ?? "";
}

/** Get a key, if there is one to be had. @returns {Promise<boolean>} whether this page has one */
async function enter() {
  const code = codeInAddress();
  if (code) {
    history.replaceState(history.state, "", location.pathname + location.search);
    keep(await exchange(code));
  }
  if (!key()) keep(await askTabs());
  tabs.addEventListener("message", ({ data }) => {
    if (data.wanted && key()) tabs.postMessage({ key: key() });
  });
  return key() !== "";
}

/** The key no longer fits: other tabs shall not get it. */
export function forgetKey() {
  sessionStorage.removeItem(PLACE);
}

/** @param {string} found */
function keep(found) {
  if (found) sessionStorage.setItem(PLACE, found);
}

/** @param {string} code */
async function exchange(code) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/api/v1/keys", { method: "POST", headers, body: JSON.stringify({ code }) });
    return answer.ok ? (await answer.json()).key : "";
  } catch {
    return ""; // nobody answers; the link can be opened again
  }
}

/** @returns {Promise<string>} "" where no tab has one */
function askTabs() {
  return new Promise((found) => {
    let isLate = false;
    tabs.addEventListener("message", ({ data }) => {
      if (!data.key) return;
      if (isLate && !key()) {
        keep(data.key);
        location.reload();
      }
      found(data.key);
    });
    tabs.postMessage({ wanted: true });
    setTimeout(() => {
      isLate = true;
      found("");
    }, PATIENCE_MS);
  });
}

/** Whether this page has a key. The way in begins at once, beside the modules that are still on their way. */
export const entered = enter();
