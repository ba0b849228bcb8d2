/**
 * The query grammar as far as the page writes it: filters (`type:heic`) and examples (`like:<id>`, `stack:<id>`). The
 * daemon reads the rest. Pure.
 *
 * @typedef {{id: string, less: boolean, stack: boolean}} Example a photo that the answer shall resemble, or not; or be
 *   in one stack with
 */

// A word of the query: what has no white space outside quotes; in quotes "" is one quote.
const WORD = /(?:"(?:[^"]|"")*(?:"|$)|[^\s"])+/g;
// The keys that filter; `like` is none of them.
const FILTERS = ["folder", "name", "after", "before", "camera", "type", "orientation", "stack"];
const EXAMPLE = /^([+-]?)(like|stack):"?([0-9a-f]{32})"?$/;

/** @param {string} query @returns {string[]} */
function words(query) {
  return query.match(WORD) ?? [];
}

/** @param {string[]} parts */
function join(...parts) {
  return parts.filter(Boolean).join(" ");
}

/** @param {string} word */
function keyOf(word) {
  return /^([a-z]+):/i.exec(word)?.[1].toLowerCase();
}

/**
 * The value of a filter, without its quotes; "" where the query has none.
 *
 * @param {string} query
 * @param {string} key such as "type"
 */
export function readFilter(query, key) {
  const word = words(query).find((candidate) => keyOf(candidate) === key);
  const value = word?.slice(key.length + 1) ?? "";
  return value.replace(/"((?:[^"]|"")*)(?:"|$)/g, (_, quoted) => quoted.replaceAll('""', '"')); // they may begin anywhere
}

/**
 * The query with another value of a filter, or without it where the value is "".
 *
 * @param {string} query
 * @param {string} key
 * @param {string} value
 * @param {{typed?: boolean}} [how] `typed`: by a person, who may mean a pattern by `*`, `?` and `[ab]`
 */
export function writeFilter(query, key, value, { typed = false } = {}) {
  const others = words(query).filter((word) => keyOf(word) !== key);
  return join(...others, value && `${key}:${typed ? value.replace(/[^*?[\]]+/g, quote) : quote(value)}`);
}

/** Whether a word of the query lets only some photos through, or keeps some out. @param {string} query */
export function hasFilters(query) {
  return words(query).some(isFilter);
}

/** The query without those. @param {string} query */
export function withoutFilters(query) {
  return join(...words(query).filter((word) => !isFilter(word)));
}

/** @param {string} word */
function isFilter(word) {
  return FILTERS.includes(keyOf(word.replace(/^-/, "")) ?? "");
}

/** @param {string} value */
function quote(value) {
  return /^[^\s"*?[\]]+$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
}

/**
 * Apart: what a person typed, and the example photos, which the page shows as pictures.
 *
 * @param {string} query
 * @returns {{text: string, examples: Example[]}}
 */
export function splitQuery(query) {
  const examples = [];
  const rest = [];
  for (const word of words(query)) {
    const match = EXAMPLE.exec(word);
    if (match) examples.push({ id: match[3], less: match[1] === "-", stack: match[2] === "stack" });
    else rest.push(word);
  }
  return { text: examples.length ? join(...rest) : query, examples };
}

/**
 * Together again; the examples go first, since a quote or a sign that nothing follows yet would take them in.
 *
 * @param {string} text
 * @param {Example[]} examples
 */
export function joinQuery(text, examples) {
  return join(...examples.map(({ id, less, stack }) => `${less ? "-" : ""}${stack ? "stack" : "like"}:${id}`), text);
}

/** Whether two texts say the same, however much space is between their words. @param {string} one @param {string} other */
export function saysTheSame(one, other) {
  return join(...words(one)) === join(...words(other));
}

/**
 * The query with one more example; a photo is an example once.
 *
 * @param {string} query
 * @param {Example} example
 */
export function addExample(query, example) {
  const { text, examples } = splitQuery(query);
  return joinQuery(text.trim(), [...examples.filter(({ id }) => id !== example.id), example]);
}
