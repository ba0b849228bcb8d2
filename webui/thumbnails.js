/**
 * Thumbnails for `<img>`: fetched with the key, few at a time, kept as blob: addresses, the oldest let go.
 *
 * A blob: address that is on screen is never let go: whoever shows one holds it until `release`.
 */

import { fetchPicture } from "./daemon.js";

// A browser opens six connections to a server; two are left for searches and events.
const AT_ONCE = 4;
const KEPT = 600;
// The photo that is open, then what there is nothing of yet, then what could be sharper.
const FIRST = /** @type {const} */ ([1024, 256, 512]);

/**
 * @typedef {object} Kept
 * @property {string} url
 * @property {number} holders
 *
 * @typedef {object} Order
 * @property {string} path
 * @property {AbortSignal} signal
 * @property {(kept: Kept) => void} deliver
 * @property {(error: unknown) => void} fail
 */

/** In the order of their last use. @type {Map<string, Kept>} */
const kept = new Map();
/** By size. @type {Record<256 | 512 | 1024, Order[]>} */
const orders = { 256: [], 512: [], 1024: [] };
let running = 0;

/** @param {string} id @param {256 | 512 | 1024} size */
function pathOf(id, size) {
  return `/photos/${id}/thumbnail?size=${size}`;
}

/**
 * The address of a thumbnail; the caller holds it from now on.
 *
 * @param {string} id of the photo
 * @param {256 | 512 | 1024} size of its longer side, in pixels
 * @param {AbortSignal} signal ends the wait: the thumbnail is not wanted any more
 */
export async function hold(id, size, signal) {
  const path = pathOf(id, size);
  const found = kept.get(path) ?? (await order(path, size, signal));
  signal.throwIfAborted();
  found.holders += 1;
  kept.delete(path);
  kept.set(path, found);
  return found.url;
}

/** @param {string} path @param {256 | 512 | 1024} size @param {AbortSignal} signal @returns {Promise<Kept>} */
function order(path, size, signal) {
  return new Promise((deliver, fail) => {
    orders[size].push({ path, signal, deliver, fail });
    work();
  });
}

/** The address of a thumbnail that is here already, not held; else undefined. @param {string} id */
export function glimpse(id) {
  return (kept.get(pathOf(id, 1024)) ?? kept.get(pathOf(id, 512)) ?? kept.get(pathOf(id, 256)))?.url;
}

/** Hold it no longer. @param {string} id @param {256 | 512 | 1024} size */
export function release(id, size) {
  const found = kept.get(pathOf(id, size));
  if (found) found.holders -= 1;
  for (const [path, { url, holders }] of kept) {
    if (kept.size <= KEPT) return;
    if (holders > 0) continue;
    URL.revokeObjectURL(url);
    kept.delete(path);
  }
}

function work() {
  while (running < AT_ONCE) {
    const next = FIRST.map((size) => orders[size]).find((queue) => queue.length)?.shift();
    if (!next) return;
    if (next.signal.aborted) next.fail(next.signal.reason);
    else fetchOne(next);
  }
}

/** @param {Order} order */
async function fetchOne({ path, signal, deliver, fail }) {
  running += 1;
  try {
    const found = kept.get(path) ?? { url: URL.createObjectURL(await fetchPicture(path, signal)), holders: 0 };
    kept.set(path, found);
    deliver(found);
  } catch (error) {
    fail(error);
  } finally {
    running -= 1;
    work();
  }
}
