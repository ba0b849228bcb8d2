"""Do copies and bursts become stacks, do different photos stay apart, and what does it cost among 100,000 photos?

200 photos: the photographs of ``shared/photos`` and, up to that number, scenes that ``camera`` draws, each another one.
Of each four copies are made by lot, in the way that people make them: smaller, compressed, cropped by 5 % of width and
height (anywhere), lighter or darker. They are taken in by a real daemon. A copy is *stacked* if it is in its original's
stack; a photo is *mixed up* if in its stack there is one that was made of another. Harder ones, and moments of bursts
(moved, turned, with noise and a date), go into libraries of their own. In that of the bursts one camera took all
photos, five seconds apart.

What looks alike without being the same is drawn (``lookalikes``): a hundred different pictures of each kind, taken in
together. Of each kind, those are told that are in a stack with another one.
"""

import asyncio
import io
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.catalogue import Catalogue
from photoseek.domain import SKETCH_SIDE, ContentId, pack_sketch, parse_query
from photoseek.library.stacking import TOGETHER, Stacking
from tests.benchmarks import filtering
from tests.benchmarks.camera import draw_scene
from tests.benchmarks.daemon import Daemon, running_daemon
from tests.benchmarks.lookalikes import KINDS
from tests.conftest import SHARED

PHOTOS, DRAWN_SIZE = 200, (1600, 1200)
NEW = 20 * TOGETHER
PAGE = 1000
ALIKE = 100

Random = np.random.Generator
Made = dict[str, Callable[[Image.Image, Random], Image.Image]]


def resized(picture: Image.Image, random: Random) -> Image.Image:
    """To between a quarter and four fifths."""
    scale = random.uniform(0.25, 0.8)
    return picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)


def compressed(picture: Image.Image, random: Random) -> Image.Image:
    """With a quality of 25 to 75."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=int(random.integers(25, 76)))
    return Image.open(file).convert("RGB")


def cropped(picture: Image.Image, random: Random, share: float = 0.05) -> Image.Image:
    """Without so much of width and height, taken from both sides in any proportion."""
    left, upper = random.uniform(0, share, 2)
    width, height = picture.size
    right, lower = left + 1 - share, upper + 1 - share
    return picture.crop((round(left * width), round(upper * height), round(right * width), round(lower * height)))


def exposed(picture: Image.Image, random: Random, most_ev: float = 0.7) -> Image.Image:
    """Lighter or darker by so many stops at most, a third at least, as a camera would have it (sRGB, IEC 61966-2-1)."""
    levels = np.asarray(picture, np.float32) / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    light = (light * 2 ** (random.uniform(most_ev / 2, most_ev) * random.choice((-1, 1)))).clip(0, 1)
    shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return Image.fromarray(np.rint(shown * 255).astype(np.uint8))


def on_screen(picture: Image.Image, random: Random) -> Image.Image:
    """Shown whole on a telephone or a wide screen, and photographed there."""
    width, height = [(1080, 2340), (1920, 1080)][int(random.integers(2))]
    scale = min(width / picture.width, height / picture.height)
    screen = Image.new("RGB", (width, height))
    small = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)
    screen.paste(small, ((width - small.width) // 2, (height - small.height) // 2))
    return screen


def moved(picture: Image.Image, random: Random, most: float) -> Image.Image:
    """A moment later: the camera has turned by some degrees and moved by a share of the picture; other noise."""
    shift = random.uniform(-most / 2, most / 2, 2) * picture.size
    turned = picture.rotate(random.uniform(-25, 25) * most, Image.Resampling.BICUBIC, translate=tuple(shift))
    width, height = picture.size
    rim = 0.08  # of what was turned in from outside
    whole = turned.crop((round(rim * width), round(rim * height), round((1 - rim) * width), round((1 - rim) * height)))
    noise = 4 * random.standard_normal((whole.height, whole.width, 1))
    return Image.fromarray((np.asarray(whole) + noise).clip(0, 255).astype(np.uint8))


COPIES: Made = {"smaller": resized, "compressed": compressed, "cropped by 5 %": cropped, "lighter or darker": exposed}
HARDER: Made = {
    "cropped by 10 %": lambda picture, random: cropped(picture, random, 0.1),
    "lighter or darker, to a stop and a half": lambda picture, random: exposed(picture, random, 1.5),
    "on a screen": on_screen,
    "all of the four at once": lambda picture, random: compressed(
        exposed(resized(cropped(picture, random), random), random), random
    ),
}
MOMENTS: Made = {
    "a moment later": lambda picture, random: moved(picture, random, 0.04),
    "moved by twice as much": lambda picture, random: moved(picture, random, 0.08),
}
UNMOVED: Made = {"the first moment": lambda picture, random: moved(picture, random, 0)}


def main() -> None:
    """Print the tables."""
    pictures = _pictures()
    if pictures is None:
        print("\nStacks: needs shared/photos beside the checkout, or $PHOTOSEEK_SHARED")
    else:
        drawn = PHOTOS - len(pictures)
        pictures += [Image.fromarray(draw_scene(7000 + seed, DRAWN_SIZE)) for seed in range(drawn)]
        print(f"\nCopies that are stacked, of {PHOTOS} photos ({PHOTOS - drawn} photographs, {drawn} drawn), starter")
        for what, made, first in (("copies", COPIES, {}), ("harder copies", HARDER, {}), ("bursts", MOMENTS, UNMOVED)):
            _measure_stacks(what, pictures, made, first)
    _measure_lookalikes()
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        asyncio.run(_measure_cost(Path(name)))


def _pictures() -> list[Image.Image] | None:
    paths = sorted((SHARED / "photos").glob("*.jpg"))
    return [Image.open(path).convert("RGB") for path in paths] or None


def _measure_stacks(what: str, pictures: list[Image.Image], made: Made, first: Made) -> None:
    random = np.random.default_rng(5)
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        for number, picture in enumerate(pictures):
            _make(home / "photos" / f"{number:03}", picture, made, first, random, number)
        with running_daemon(home / "daemon", MODEL__NAME="starter") as daemon:
            took_s = daemon.take_in(home / "photos")
            stacks = _stacks(daemon)
    mixed = {photo for members in stacks for photo, _ in members if len({other for other, _ in members}) > 1}
    together = Counter(kind for members in stacks for photo, kind in members if (photo, "original") in members)
    for kind in made:
        print(f"  {kind:42} {together[kind] / len(pictures):6.1%}")
    every = sum(together[kind] for kind in made) / len(made) / len(pictures)
    print(f"  {f'all {what}':42} {every:6.1%}; photos mixed up with others: {len(mixed) / len(pictures):.1%}", end="")
    print(f"   (taken in: {len(pictures) * (1 + len(made))} in {took_s:.0f} s)", flush=True)


def _measure_lookalikes() -> None:
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        for kind, draw in KINDS.items():
            (home / "photos" / kind).mkdir(parents=True)
            for number in range(ALIKE):
                draw(np.random.default_rng(number)).save(home / "photos" / kind / f"{number:03}.jpg", quality=90)
        with running_daemon(home / "daemon", MODEL__NAME="starter") as daemon:
            daemon.take_in(home / "photos")
            stacks = _stacks(daemon)
    mixed = Counter(kind for members in stacks if len(members) > 1 for kind, _ in members)
    print(f"\nDifferent pictures that look alike: in a stack with another one, of {ALIKE} of each kind")
    for kind in KINDS:
        print(f"  {kind:42} {mixed[kind] / ALIKE:6.1%}")


def _make(folder: Path, picture: Image.Image, made: Made, first: Made, random: Random, number: int) -> None:
    """The original and what is made of it; with a camera and dates where they are moments."""
    folder.mkdir(parents=True)
    for place, (kind, make) in enumerate({"original": first.get("the first moment", _unchanged), **made}.items()):
        exif = Image.Exif()
        if first:
            taken = datetime(2023, 8, 2, 12) + timedelta(seconds=5 * number + place)  # noqa: DTZ001 - local
            exif[0x010F], exif[0x0110] = "Canon", "EOS 5D"
            exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
        make(picture, random).save(folder / f"{kind}.jpg", quality=92, exif=exif)


def _unchanged(picture: Image.Image, _: Random) -> Image.Image:
    return picture


def _stacks(daemon: Daemon) -> list[set[tuple[str, str]]]:
    """Of each stack the photos in it: the number of the original, and what was made of it."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    cursor = ""
    while True:
        page: dict[str, Any] = daemon.ask(f"/search?q=type:jpg&stack=false&limit={PAGE}&cursor={cursor}")
        for photo in page["photos"]:
            path = Path(photo["path"])
            key = photo["stack"]["id"] if photo["stack"] else photo["id"]
            found[key].add((path.parent.name, path.stem))
        if (cursor := page["next_cursor"] or "") == "":
            return list(found.values())


async def _measure_cost(home: Path) -> None:
    """Among 100,000 photos, of which every fourth is in a stack of five."""
    async with filtering.open_large(home) as (catalogue, searcher):
        ids = np.sort(await catalogue.passing(parse_query("after:1900").filters)).tolist()
        random = np.random.default_rng(3)
        await _stack_by_lot(catalogue, ids[:-NEW], random)
        place_ms = await _place_ms(catalogue, ids[-NEW:], random)
        print(f"\nAmong {len(ids):,} photos, a quarter of them in stacks of five, ms")
        print(f"  a photo that comes in is stacked          {place_ms:6.2f}")
        for text in ("a dog", "a dog camera:eos", "after:2019", "type:jpg", "orientation:portrait after:2010"):
            query = parse_query(text)
            with_stacks, flat = await filtering.in_turn(
                lambda query=query: searcher.search(query),  # type: ignore[misc]
                lambda query=query: searcher.search(replace(query, stack=False)),  # type: ignore[misc]
            )
            print(f"  search {text!r:24} 50 hits     {with_stacks:6.1f}   one by one {flat:6.1f}", flush=True)


async def _stack_by_lot(catalogue: Catalogue, ids: list[ContentId], random: Random) -> None:
    for start in range(0, len(ids), 1000):
        some = ids[start : start + 1000]
        await catalogue.keep_sketches([(content_id, pack_sketch(_look(random), 4 / 3)) for content_id in some])
        leaders = [some[place - place % 5] if place % 20 < 5 else one for place, one in enumerate(some)]
        await catalogue.stack(list(zip(some, leaders, strict=True)))


async def _place_ms(catalogue: Catalogue, ids: list[ContentId], random: Random) -> float:
    """For each of the photos, which are like none that is there; the first turn reads all leaders and doesn't count."""
    stacking, times = Stacking(catalogue), []
    for start in range(0, len(ids), TOGETHER):
        some = ids[start : start + TOGETHER]
        await catalogue.keep_sketches([(content_id, pack_sketch(_look(random), 4 / 3)) for content_id in some])
        begun = time.perf_counter()
        while await stacking.stack_some():
            pass
        times.append((time.perf_counter() - begun) * 1000 / len(some))
    return statistics.median(times[1:])


def _look(random: Random) -> NDArray[np.float32]:
    """By lot; the coarse parts count more, so that two of them are as much alike as two photographs are."""
    frequencies = np.hypot(*np.mgrid[1 : SKETCH_SIDE + 1, 1 : SKETCH_SIDE + 1])
    look = np.asarray(random.standard_normal(frequencies.shape) / frequencies**0.4, np.float32)
    look[0, 0] = 0
    return look
