/**
 * The page's address: what is asked, which photo is open, which view is shown. Back and forward lead through it.
 *
 * @typedef {object} Place
 * @property {string} query in the query grammar
 * @property {string} photo id of the photo that is open, or ""
 * @property {"" | "settings" | "problems"} view "" is the search
 * @property {number} picture number of a picture that is searched by, in this page's memory; 0: none
 */

const REST_MS = 200;

let resting = 0;
/** Whether the person came to this entry by back, forward or a reload. */
let cameBack = true;

/** @returns {Place} */
export function readAddress() {
  const given = new URLSearchParams(location.search);
  const view = given.get("view");
  return {
    query: given.get("q") ?? "",
    photo: given.get("photo") ?? "",
    view: view === "settings" || view === "problems" ? view : "",
    picture: Number(given.get("picture") ?? 0),
  };
}

/** The address of a place. @param {Partial<Place>} place */
export function addressOf({ query = "", photo = "", view = "", picture = 0 }) {
  const given = new URLSearchParams();
  if (query) given.set("q", query);
  if (picture) given.set("picture", String(picture));
  if (view) given.set("view", view);
  if (photo) given.set("photo", photo);
  return given.size ? `/?${given}` : "/";
}

/**
 * Go to a place: a new entry for back and forward, or this one changed.
 *
 * @param {Partial<Place>} place
 * @param {{replace?: boolean}} [how]
 */
export function go(place, { replace = false } = {}) {
  const address = addressOf(place);
  if (address === location.pathname + location.search) return;
  cameBack = false;
  if (replace) history.replaceState({ inside: history.state?.inside }, "", address);
  else leaveFor(address);
}

/** A new entry for back and forward. @param {string} address */
export function leaveFor(address) {
  noteScrolled();
  cameBack = false;
  history.pushState({ inside: true }, "", address);
}

/** Keep with each entry how far the page is scrolled: a browser would restore that before the photos are there again. */
export function keepScrolled() {
  history.scrollRestoration = "manual";
  addEventListener("scroll", () => {
    clearTimeout(resting);
    resting = setTimeout(noteScrolled, REST_MS); // browsers allow some ten changes a second
  }, { passive: true });
  addEventListener("popstate", () => {
    clearTimeout(resting);
    cameBack = true;
  });
}

function noteScrolled() {
  clearTimeout(resting);
  history.replaceState({ ...history.state, scrolled: scrollY }, "");
}

/** Scroll to where this entry was left; to the top where it is new. */
export function scrollBack() {
  scrollTo({ top: (cameBack && history.state?.scrolled) || 0, behavior: "instant" });
}
