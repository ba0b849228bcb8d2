/**
 * The justified gallery's arithmetic: photos of any shape into rows of one width. Pure.
 *
 * @typedef {object} Row
 * @property {number} first index of its first photo
 * @property {number[]} widths in pixels, one for each photo
 * @property {number} height in pixels
 */

// A panorama or a long strip is laid out as if it were no more extreme than this; it is cropped there, whole when opened.
const FLATTEST = 4;
const TALLEST = 0.4;

/**
 * A photo's shape as it is laid out: width by height.
 *
 * @param {{width: number, height: number}} photo
 */
export function shapeOf({ width, height }) {
  return width > 0 && height > 0 ? Math.min(FLATTEST, Math.max(TALLEST, width / height)) : 1;
}

/**
 * Rows that fill the width, each about as high as wished; only the last one may be shorter.
 *
 * A row ends where it comes nearest to the wished height, as justified galleries do.
 *
 * @param {number[]} shapes width by height
 * @param {{width: number, height: number, gap: number}} space in pixels
 * @returns {Row[]}
 */
export function justify(shapes, { width, height, gap }) {
  const rows = [];
  let first = 0;
  let sum = 0;
  for (let index = 0; index < shapes.length; index += 1) {
    const before = heightOf(sum, index - first, width, gap);
    sum += shapes[index];
    const after = heightOf(sum, index + 1 - first, width, gap);
    if (after > height) continue;
    const endsBefore = index > first && before - height < height - after;
    const end = endsBefore ? index : index + 1;
    rows.push(rowOf(shapes, first, end, endsBefore ? before : after));
    first = end;
    sum = endsBefore ? shapes[index] : 0;
  }
  if (first < shapes.length) rows.push(rowOf(shapes, first, shapes.length, Math.min(height, heightOf(sum, shapes.length - first, width, gap))));
  return rows;
}

/** @param {number} sum @param {number} count @param {number} width @param {number} gap */
function heightOf(sum, count, width, gap) {
  return sum > 0 ? (width - gap * (count - 1)) / sum : Infinity;
}

/** @param {number[]} shapes @param {number} first @param {number} end @param {number} height @returns {Row} */
function rowOf(shapes, first, end, height) {
  return { first, height, widths: shapes.slice(first, end).map((shape) => shape * height) };
}
