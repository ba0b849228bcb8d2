/** What the measurements watch in the page; `page.py` puts it before the page's own scripts. */
(() => {
  performance.setResourceTimingBufferSize(20_000); // the usual 250 are full after a few answers

  const frame = () => new Promise(requestAnimationFrame);

  /** Milliseconds from the navigation's start until what is typed into the focused search field changes the address. */
  async function untilUsable() {
    const isThere = () => document.activeElement?.id === "query" && document.activeElement.getBoundingClientRect().width > 0;
    while (!isThere()) await frame();
    document.execCommand("insertText", false, "x");
    while (new URLSearchParams(location.search).get("q") !== "x") await frame();
    await frame(); // the one before is on screen by now
    return performance.now();
  }

  /**
   * Milliseconds from the end of the answer to a query, typed after this call, until a photo of it is on screen: in the
   * window, decoded, faded in. Neither a tile that was there before counts nor a thumbnail that was fetched before.
   */
  async function untilShown(query) {
    const before = new Set(document.querySelectorAll(".tile"));
    const fetched = (start, isIt) => performance.getEntriesByType("resource").find(({ name, startTime, responseEnd }) => startTime >= start && responseEnd > 0 && isIt(new URL(name)));
    const asked = performance.now();
    for (;;) {
      await frame();
      const answer = fetched(asked, ({ pathname, searchParams }) => pathname.endsWith("/search") && searchParams.get("q") === query);
      const isNew = (tile) => {
        const given = new URL(tile.querySelector("a").href).searchParams;
        return given.get("q") === query && fetched(answer.responseEnd, ({ pathname }) => pathname.includes(given.get("photo")));
      };
      if (!answer || ![...document.querySelectorAll(".tile.loaded")].some((tile) => !before.has(tile) && isOnScreen(tile) && isNew(tile))) continue;
      await frame(); // the one before is on screen by now
      return performance.now() - answer.responseEnd;
    }
  }

  function isOnScreen(tile) {
    const image = tile.querySelector("img");
    const { top, bottom } = image.getBoundingClientRect();
    return image.complete && image.naturalWidth > 0 && bottom > 0 && top < innerHeight && getComputedStyle(image).opacity === "1";
  }

  /** Milliseconds from frame to frame where nothing moves. */
  async function rest(frames) {
    const gaps = [];
    for (let last = await frame(); gaps.length < frames; ) {
      const now = await frame();
      gaps.push(now - last);
      last = now;
    }
    return gaps;
  }

  /** Milliseconds from frame to frame while it scrolls, so many pixels a second, to the last of so many photos. */
  async function scrollThrough(photos, speed) {
    const gaps = [];
    let most = 0;
    let place = scrollY;
    for (let last = await frame(); ; ) {
      const end = document.documentElement.scrollHeight - innerHeight;
      if (scrollY >= end - 1 && document.querySelector(`.tile[aria-posinset="${photos}"]`)) return { gaps, most };
      const moves = place < end; // else it waits for more photos: no frame of a scroll
      place = Math.min(end, place + (moves ? Math.max(1, gaps.at(-1) ?? 16) * speed / 1000 : 0));
      scrollTo({ top: place, behavior: "instant" });
      const now = await frame();
      if (moves) gaps.push(now - last);
      last = now;
      most = Math.max(most, document.querySelectorAll(".tile").length);
    }
  }

  globalThis.bench = { untilUsable, untilShown, rest, scrollThrough };
})();
