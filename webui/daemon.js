/**
 * Speaks HTTP with the daemon that served this page. Shows its key with every request; turns refusals into errors.
 *
 * @typedef {object} Photo a row of an answer
 * @property {string} id
 * @property {string} path
 * @property {string} name
 * @property {number} width upright, in pixels; 0 where unknown
 * @property {number} height
 * @property {string} taken_at local time, or ""
 * @property {string} camera
 * @property {number} copies
 * @property {{id: string, count: number} | null} stack photos that are nearly the same, this one too
 * @property {"online" | "offline"} state
 * @property {("picture" | "name" | "text" | "camera" | "place")[]} [why] what speaks for it; in an answer that is ranked
 *
 * @typedef {object} Page of an answer
 * @property {Photo[]} photos best first
 * @property {number} good_matches
 * @property {string | null} next_cursor
 * @property {string} model
 * @property {number} took_ms
 * @property {{text: string, filters: object, notes?: string[]}} query
 *
 * @typedef {object} Folder
 * @property {number} id
 * @property {string} path
 * @property {"watching" | "polling" | "scanning" | "offline"} state
 * @property {number} photos
 * @property {number} missing
 * @property {number} waiting files that can't be found yet
 * @property {number | null} noticed_within_s so soon a change is known; null where it can't be reached
 * @property {string} last_scan UTC, or ""
 * @property {string} note
 *
 * @typedef {object} NextModel that is to answer next
 * @property {string} name
 * @property {"waiting" | "downloading" | "loading" | "indexing" | "failed"} state
 * @property {number} done photos, or bytes while it is downloaded
 * @property {number} total
 * @property {number | null} eta_s
 * @property {string} note
 *
 * @typedef {object} Status
 * @property {string} version
 * @property {{name: string, state: string, dim: number, note: string, next: NextModel | null}} model
 * @property {{state: "idle" | "scanning" | "indexing" | "paused", done: number, total: number, per_s: number,
 *   eta_s: number | null, note: string}} indexing
 * @property {{photos: number, contents: number, vectors: number, waiting: number, problems: number}} counts
 * @property {Folder[]} folders
 * @property {string[]} notes
 */

import { entered, key } from "./entrance.js";

const ROOT = "/api/v1";

/** The daemon said no, and why. */
export class Refusal extends Error {
  /** @param {number} status @param {{code: string, message: string, hint: string}} error */
  constructor(status, { code, message, hint }) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** Nobody answers: the daemon has ended or is starting. */
export class Gone extends Error {}

/**
 * Ask, and get the answer as it comes.
 *
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {{json?: object, form?: FormData, signal?: AbortSignal, headers?: Record<string, string>}} [more]
 * @returns {Promise<Response>} with a status of success
 * @throws {Refusal | Gone | DOMException} the last where `signal` was aborted
 */
export async function ask(method, path, { json, form, signal, headers = {} } = {}) {
  if (!(await entered) || !key()) throw new Refusal(401, { code: "unauthorized", message: "", hint: "" }); // nothing is asked without a key
  /** @type {Record<string, string>} */
  const sent = { Authorization: `Bearer ${key()}`, ...headers };
  if (json) sent["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(ROOT + path, { method, headers: sent, body: json ? JSON.stringify(json) : form, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Gone();
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw new Refusal(response.status, body?.error ?? { code: "internal", message: response.statusText, hint: "" });
}

/** `GET` as JSON. @param {string} path @param {Record<string, any>} [parameters] @param {AbortSignal} [signal] */
export async function read(path, parameters = {}, signal) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  return (await ask("GET", path + search, { signal })).json();
}

/** `POST` of JSON, answered in JSON. @param {string} path @param {object} [json] */
export async function send(path, json) {
  return (await ask("POST", path, { json })).json();
}

/** `DELETE`. @param {string} path */
export async function remove(path) {
  await ask("DELETE", path);
}

/** A picture's bytes. @param {string} path @param {AbortSignal} [signal] */
export async function fetchPicture(path, signal) {
  return (await ask("GET", path, { signal })).blob();
}

/**
 * What the daemon tells by itself (server-sent events), until it ends or `signal` is aborted. Read by hand, since an
 * EventSource can't show the key.
 *
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<{event: string, data: any}>}
 */
export async function* events(signal) {
  const response = await ask("GET", "/events", { signal, headers: { Accept: "text/event-stream" } });
  const reader = /** @type {ReadableStream} */ (response.body).pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = /^event: ?(.*)$/m.exec(block)?.[1];
      const data = [...block.matchAll(/^data: ?(.*)$/gm)].map((match) => match[1]).join("\n");
      if (event && data) yield { event, data: JSON.parse(data) };
    }
  }
}
