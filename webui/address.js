/**
 * The page's address: what is asked, which photo is open, which view is shown. Back and forward lead through it.
 *
 * @typedef {object} Place
 * @property {string} query in the query grammar
 * @property {string} photo id of the photo that is open, or ""
 * @property {"" | "settings" | "problems"} view "" is the search
 * @property {number} picture number of a picture that is searched by, in this page's memory; 0: none
 */

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
  if (replace) history.replaceState(history.state, "", address);
  else history.pushState({ inside: true }, "", address);
}
