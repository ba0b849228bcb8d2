/**
 * The parts of the page that a search does not need: a photo opened, the settings and the like. Each is fetched when it
 * is first wanted, and all of them ahead, once the page rests: so they are there at once, and when the daemon is gone.
 */

import { Gone } from "./daemon.js";
import { notifyError } from "./notices.js";

const parts = {
  dropping: () => import("./dropping.js"),
  viewer: () => import("./viewer.js"),
  settings: () => import("./settings.js"),
  problems: () => import("./problems.js"),
  welcome: () => import("./welcome.js"),
  help: () => import("./help.js"),
};

/**
 * A part, or null where it can't be had; the person is told.
 *
 * @template {keyof typeof parts} Name
 * @param {Name} name
 * @returns {Promise<Awaited<ReturnType<typeof parts[Name]>> | null>}
 */
export async function getPart(name) {
  try {
    return /** @type {any} */ (await parts[name]());
  } catch {
    notifyError(new Gone());
    return null;
  }
}

/** Fetch all parts when nothing else is to be done; what can't be had now is fetched when it is wanted. */
export function fetchAhead() {
  const whenIdle = window.requestIdleCallback ?? setTimeout; // not every Safari has it
  whenIdle(() => Promise.allSettled(Object.values(parts).map((get) => get())));
}
