/** The line at the foot of the page: what the daemon does, which model answers, how many problems there are. */

import { make } from "./dom.js";
import { joinFacts, showRest, showShare, showSpeed } from "./format.js";
import { sayPlainly } from "./said.js";
import { t } from "./texts.js";

const dot = make("span", { class: "dot", "aria-hidden": "true" });
const doing = make("span", { class: "doing" }, t.connecting);
const model = make("a", { href: "/?view=settings", "data-inside": true, class: "model", hidden: true });
const problems = make("a", { href: "/?view=problems", "data-inside": true, class: "problems", hidden: true });
const bar = make("progress", { class: "bar-line", max: 1, value: 0, hidden: true, "aria-label": t.work });

/** Put the line into its place. @param {HTMLElement} footer */
export function buildStateLine(footer) {
  footer.append(bar, dot, doing, model, problems);
}

/** @param {import("./daemon.js").Status} status */
export function showState(status) {
  const { indexing, counts } = status;
  const working = indexing.state === "indexing" && indexing.total > 0;
  dot.dataset.state = indexing.state === "idle" && status.model.state === "failed" ? "failed" : indexing.state;
  doing.textContent = describe(status);
  doing.title = [indexing.note, ...status.notes].filter(Boolean).map(sayPlainly).join("\n");
  bar.hidden = !working;
  bar.value = working ? Math.min(1, indexing.done / indexing.total) : 0;
  model.hidden = false;
  model.textContent = joinFacts(t.model(status.model.name || "…"), describeCandidate(status.model));
  model.title = [t.modelStates[/** @type {keyof typeof t.modelStates} */ (status.model.state)], sayPlainly(status.model.note), sayPlainly(status.model.next?.note ?? "")].filter(Boolean).join("\n");
  problems.hidden = counts.problems === 0;
  problems.textContent = t.problems(counts.problems);
}

/** The next model and how far it is, or that there are better ones. @param {import("./daemon.js").Status["model"]} model */
function describeCandidate({ name, note, next }) {
  if (next && next.state !== "waiting") return t.nextModel(next.name, describeNext(next));
  return note || name === "starter" ? t.better : "";
}

/** How far the next model is, from 0 to 1; null where that isn't known. @param {import("./daemon.js").NextModel} next */
export function shareOf({ state, done, total }) {
  return (state === "downloading" || state === "indexing") && total > 0 ? Math.min(1, done / total) : null;
}

/** In words. @param {import("./daemon.js").NextModel} next */
export function describeNext(next) {
  const share = shareOf(next);
  return joinFacts(t.nextStates[next.state], share === null ? "" : showShare(share), showRest(next.eta_s));
}

/** Nobody answers. */
export function showGone() {
  dot.dataset.state = "gone";
  doing.textContent = t.gone;
  bar.hidden = true;
}

/** In words, what the daemon does. @param {import("./daemon.js").Status} status */
function describe({ indexing, counts, folders }) {
  const { state, done, total, per_s, eta_s, note } = indexing;
  const away = folders.filter((folder) => folder.state === "offline").length;
  const resting = folders.length ? t.watching(folders.length, counts.photos) : t.noFolder;
  const parts = {
    idle: [resting],
    scanning: [t.scanning, resting],
    paused: [t.paused, resting],
    indexing: [t.indexing(done, total), per_s > 0 ? t.perSecond(showSpeed(per_s)) : "", showRest(eta_s), sayPlainly(note)],
  }[state];
  return joinFacts(...parts, away ? t.foldersOffline(away) : "");
}
