/**
 * Zoom of one picture in its stage: wheel, double click, two fingers, keys; dragged when larger than the stage. A finger
 * on the whole picture takes it along: sideways to its neighbour, down to be closed.
 */

const MOST = 8;
const STEP = 1.4;
const SWIPE_PX = 60;
const CLOSE_PX = 90;

export class Zoom {
  #scale = 1;
  #x = 0;
  #y = 0;
  /** Where the fingers or the mouse are. @type {Map<number, {x: number, y: number}>} */
  #pointers = new Map();
  /** How far one finger has taken the whole picture along. */
  #pull = { x: 0, y: 0 };
  #pinched = false;

  /**
   * @param {HTMLElement} stage
   * @param {HTMLElement} picture
   * @param {{step: (step: 1 | -1) => void, close: () => void}} ways
   */
  constructor(stage, picture, ways) {
    this.stage = stage;
    this.picture = picture;
    this.ways = ways;
    stage.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    stage.addEventListener("dblclick", (event) => this.#zoomAt(this.#scale > 1 ? 1 / this.#scale : 2.5, event.clientX, event.clientY));
    stage.addEventListener("pointerdown", (event) => this.#onDown(event));
    stage.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => this.#onUp(/** @type {PointerEvent} */ (event)));
  }

  /** The whole picture again. */
  reset() {
    this.stage.classList.remove("settling");
    this.#scale = 1;
    this.#x = 0;
    this.#y = 0;
    this.#apply();
  }

  /** Larger or smaller by a step, around the middle. @param {1 | -1} direction */
  step(direction) {
    const box = this.stage.getBoundingClientRect();
    this.#zoomAt(direction > 0 ? STEP : 1 / STEP, box.left + box.width / 2, box.top + box.height / 2);
  }

  /** What lies under the point stays under it. @param {number} factor @param {number} clientX @param {number} clientY */
  #zoomAt(factor, clientX, clientY) {
    const box = this.stage.getBoundingClientRect();
    const scale = Math.min(MOST, Math.max(1, this.#scale * factor));
    const grown = scale / this.#scale;
    const [x, y] = [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
    this.#x = x - (x - this.#x) * grown;
    this.#y = y - (y - this.#y) * grown;
    this.#scale = scale;
    this.#apply();
  }

  #apply() {
    const { clientWidth, clientHeight } = this.stage;
    const [roomX, roomY] = [(clientWidth * (this.#scale - 1)) / 2, (clientHeight * (this.#scale - 1)) / 2];
    this.#x = Math.max(-roomX, Math.min(roomX, this.#x));
    this.#y = Math.max(-roomY, Math.min(roomY, this.#y));
    this.picture.style.transform = this.#scale === 1 ? "" : `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.stage.classList.toggle("zoomed", this.#scale > 1);
  }

  /** @param {WheelEvent} event */
  #onWheel(event) {
    event.preventDefault();
    this.#zoomAt(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), event.clientX, event.clientY);
  }

  /** @param {PointerEvent} event */
  #onDown(event) {
    if (event.button !== 0) return;
    this.stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#pull = { x: 0, y: 0 };
    this.#pinched = this.#pointers.size > 1;
    this.stage.classList.remove("settling");
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers.entries()].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) {
      const grown = Math.hypot(now.x - other.x, now.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y);
      this.#zoomAt(grown, (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (this.#scale > 1) {
      this.#x += now.x - before.x;
      this.#y += now.y - before.y;
      this.#apply();
    } else if (event.pointerType !== "mouse" && !this.#pinched) {
      this.#pull = { x: this.#pull.x + now.x - before.x, y: this.#pull.y + now.y - before.y };
      this.picture.style.transform = `translate(${this.#pull.x}px, ${Math.max(0, this.#pull.y)}px)`;
    }
  }

  /** @param {PointerEvent} event */
  #onUp(event) {
    if (!this.#pointers.delete(event.pointerId) || this.#pointers.size || this.#scale > 1) return;
    const { x, y } = this.#pull;
    this.#pull = { x: 0, y: 0 };
    this.stage.classList.add("settling"); // where nothing comes of it, the picture goes back to its place
    this.#apply();
    if (event.type === "pointercancel") return;
    if (Math.abs(x) > Math.max(SWIPE_PX, Math.abs(y))) this.ways.step(x < 0 ? 1 : -1);
    else if (y > CLOSE_PX) this.ways.close();
  }
}
