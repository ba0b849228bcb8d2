"""Does photoseek say "nothing here fits" when nothing does, and only then? Concepts are taken out of a real library.

For each query (``concepts``: every caption, and single words) two libraries are judged: the photographs as they are,
in which the query is *present*, and the photographs without all that fits or touches it, in which it is *absent*.

    kept      present, and at least one photo that fits is among the good matches
    answered  absent, and something is among the good matches all the same

Vectors come from the product's decoders and model, judgements from ``photoseek.library.relevance``; beside them stand
cut-offs at a fixed cosine: those used elsewhere, and the best one, found in hindsight on these very queries.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import FileStamp
from photoseek.embedding import Embedder
from photoseek.library.reference_texts import REFERENCE_TEXTS
from photoseek.library.relevance import GOOD, Background, Chance
from photoseek.pictures import PicturePool
from photoseek.settings import ModelSettings
from photoseek.vectors.index import SAMPLE
from tests.benchmarks.concepts import Queries, find_words, sentences, words
from tests.conftest import SHARED

FIXED = (0.175, 0.20, 0.25)
MOST_ANSWERED = 0.10
SMALL, LARGE = (1, 3, 20), (2_000, 200_000)
SMALL_DRAWS = 4
NOISE = 0.8
"""Of a simulated photo, in standard deviations of the real ones: its cosine with its model is .80 (starter)."""
LEAST_TOPIC = 10

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Case:
    """Queries of one kind with their vectors ``(q, dim)``."""

    name: str
    queries: Queries
    vectors: Rows


@dataclass(frozen=True)
class Measured:
    """A model's vectors of the photographs ``(n, dim)`` and of the reference texts ``(r, dim)``."""

    photos: Rows
    reference: Rows
    cases: list[Case]


Judgement = Callable[[Rows, Rows], Rows]
"""From a query and a library to a number for each photo, good where it is above 0."""


def main(model: str | None = None) -> None:
    """Print the tables for a model; by default that of ``$PHOTOSEEK_MODEL__NAME``, else the starter."""
    folder = SHARED / "photos"
    if not folder.is_dir():
        print("\nRelevance: needs shared/photos beside the checkout, or $PHOTOSEEK_SHARED")
        return
    name = model or os.environ.get("PHOTOSEEK_MODEL__NAME", "starter")
    measured = asyncio.run(measure(folder, name))
    print(f"\nRelevance over {len(measured.photos)} photographs, model {name}")
    for case in measured.cases:
        _print_case(case, measured)
    _print_small(measured)
    _print_large(measured)
    _print_topics(measured)


async def measure(folder: Path, name: str) -> Measured:
    """The photographs, the reference texts and both kinds of queries, embedded by a model."""
    captions: dict[str, list[str]] = json.loads((folder / "captions.json").read_text("utf-8"))
    texts = list(captions.values())
    found = find_words(texts)
    said = [text for each in texts for text in each]
    starts = np.cumsum([0, *map(len, texts[:-1])])
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home:
        async with Embedder(ModelSettings(name="starter"), Path(home) / "starter") as judge:
            meant, meant_words = await _embed(judge, said), await _embed(judge, list(found))
        near, near_words = (np.maximum.reduceat(each @ meant.T, starts, axis=1) for each in (meant, meant_words))
        kinds = {"sentences": sentences(texts, near), "words": words(texts, found, near_words)}
        async with Embedder(ModelSettings(name=name), Path(home) / "model") as model:
            cases = [Case(kind, each, await _embed(model, each.texts)) for kind, each in kinds.items()]
            reference = await _embed(model, REFERENCE_TEXTS)
            photos = await _embed_photos(model, [folder / file for file in captions], Path(home))
    return Measured(photos, reference, cases)


async def _embed(model: Embedder, texts: "list[str] | tuple[str, ...]") -> Rows:
    return np.stack([(await model.embed_text(text)).vector for text in texts])


async def _embed_photos(model: Embedder, paths: list[Path], home: Path) -> Rows:
    identity = await model.identify()
    vectors = []
    async with PicturePool(
        home / "thumbs", home / "places", workers=2, max_megapixels=200, timeout_s=60, idle_s=60
    ) as pool:
        for path in paths:
            stamp = FileStamp(path.stat().st_size, path.stat().st_mtime_ns)
            picture = (await pool.read(bytes(path), stamp, pixels=identity.pixels)).picture
            assert picture is not None
            vectors.append(await model.embed_picture(picture.pixels))
    return np.stack(vectors)


def judging(reference: Rows) -> Judgement:
    """The product's judgement, in its sigmas above the cut-off."""

    def judge(query: Rows, library: Rows) -> Rows:
        scores = library @ query
        background = Chance.of(library @ reference.T).background(scores).knowing(scores)
        return (scores - background.cut_off) / background.sigma

    return judge


def _by_own(query: Rows, library: Rows) -> Rows:
    """By nothing but the query's own scores: sigmas above the median."""
    background = Background.of(library @ query)
    return (library @ query - background.cut_off) / background.sigma


def _best(case: Case, photos: Rows, judge: Judgement) -> tuple[Rows, Rows]:
    """``(q,)`` each: the best that fits while it is present, the best of all while it is absent."""
    present, absent = [], []
    for vector, fits, touches in zip(case.vectors, case.queries.fits, case.queries.touches, strict=True):
        present.append(judge(vector, photos)[fits].max())
        absent.append(judge(vector, photos[~touches]).max())
    return np.array(present), np.array(absent)


def _print_case(case: Case, measured: Measured) -> None:
    ours = _best(case, measured.photos, judging(measured.reference))
    cosine = _best(case, measured.photos, lambda query, library: library @ query)
    fitting = case.queries.fits.sum(axis=1).mean()
    first = np.mean([fits[(measured.photos @ query).argmax()] for query, fits in
                     zip(case.vectors, case.queries.fits, strict=True)])  # fmt: skip
    print(
        f"\n{len(case.queries.texts)} {case.name}, {fitting:.1f} photos fit on average; the first fits for {first:.0%}"
    )
    print(f"{'cut-off':38} {'answered':>9} {'kept':>7}")
    _print_row("photoseek", ours, 0.0)
    chosen = [_held_out(case, ours, half) for half in (0, 1)]
    answered, kept = np.mean(chosen, axis=0)
    print(f"{'  chosen on the other half of photos':38} {answered:8.0%} {kept:7.0%}")
    own = _best(case, measured.photos, _by_own)
    _print_row("three of the query's own sigmas", own, 0.0)
    for fixed in FIXED:
        _print_row(f"cosine {fixed}", cosine, fixed)
    _print_row("best fixed cosine, 10 % answered", cosine, float(np.quantile(cosine[1], 1 - MOST_ANSWERED)))
    apart = [float(np.mean(cosine[0] > at) - np.mean(cosine[1] > at)) for at in cosine[1]]
    _print_row("best fixed cosine, widest apart", cosine, float(cosine[1][int(np.argmax(apart))]))
    for name, sides in (("photoseek", ours), ("cosine", cosine), ("own sigmas", own)):
        at = "  ".join(
            f"{np.mean(sides[0] > np.quantile(sides[1], 1 - f)):.0%} at {f:.0%}" for f in (0.05, 0.1, 0.2, 0.4)
        )
        print(f"{name:10} kept at answered: {at}; area under the curve {_area(*sides):.3f}")
    _print_reliability(case, measured)


def _print_row(name: str, sides: tuple[Rows, Rows], at: float) -> None:
    print(f"{name:38} {np.mean(sides[1] > at):8.0%} {np.mean(sides[0] > at):7.0%}")


def _held_out(case: Case, sides: tuple[Rows, Rows], half: int) -> tuple[float, float]:
    """Answered and kept in one half of the photos, at the cut-off that answers a tenth in the other."""
    here = case.queries.photo % 2 == half
    at = np.quantile(sides[1][~here], 1 - MOST_ANSWERED)
    return float(np.mean(sides[1][here] > at)), float(np.mean(sides[0][here] > at))


def _area(present: Rows, absent: Rows) -> float:
    """Probability that a present query's best fitting photo is judged higher than an absent query's best."""
    return float(np.mean(present[:, np.newaxis] > absent))


def _print_reliability(case: Case, measured: Measured) -> None:
    """How many of the photos with a relevance do fit."""
    chance = Chance.of(measured.photos @ measured.reference.T)
    scores = case.vectors @ measured.photos.T
    relevance = np.stack([chance.background(one).knowing(one).relevance(one) for one in scores])
    good, fits = relevance >= GOOD, case.queries.fits
    each, touch = good.sum() / good.any(axis=1).sum(), case.queries.touches[good].mean()
    print(f"good matches: {each:.1f} a query that is answered; {fits[good].mean():.0%} fit ({touch:.0%} touch), "
          f"{good[fits].mean():.0%} of all that fit")  # fmt: skip
    print("relevance and share that fits (touches):", end="")
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, GOOD), (GOOD, 0.7), (0.7, 0.9), (0.9, 1.01)):
        here = (relevance >= low) & (relevance < high)
        if here.any():
            fit, touch = case.queries.fits[here].mean(), case.queries.touches[here].mean()
            print(f"  {low:.1f}-{min(high, 1):.1f} {fit:.2f} ({touch:.2f})", end="")
    print()


def _print_small(measured: Measured) -> None:
    rng = np.random.default_rng(0)
    print(
        f"\nSmall libraries: random photos, one of which fits (present) or none (absent); {SMALL_DRAWS} draws a query"
    )
    for case in measured.cases:
        for size in SMALL:
            kept, answered, judge = [], [], judging(measured.reference)
            for _ in range(SMALL_DRAWS):
                for vector, fits, touches in zip(case.vectors, case.queries.fits, case.queries.touches, strict=True):
                    others = rng.permutation(np.flatnonzero(~touches))[:size]
                    present = np.array([rng.choice(np.flatnonzero(fits)), *others[1:]])
                    kept.append(judge(vector, measured.photos[present])[0] > 0)
                    answered.append(judge(vector, measured.photos[others]).max() > 0)
            print(f"{size:8,} photos, {case.name:10} answered {np.mean(answered):4.0%}  kept {np.mean(kept):4.0%}")


def _print_large(measured: Measured) -> None:
    print(f"\nLarge libraries, SIMULATED: each photo is a real one moved by noise shaped like the real ones' variety "
          f"({NOISE}); judged by {SAMPLE:,} of them, and by the reference texts' best, as in the product")  # fmt: skip
    for size in LARGE:
        parents, library = simulate(measured.photos, size)
        sample = library[np.random.default_rng(1).permutation(size)[:SAMPLE]]
        chance = Chance.of(sample @ measured.reference.T, (library @ measured.reference.T).max(axis=0))
        for case in measured.cases:
            kept, answered = [], []
            for vector, fits, touches in zip(case.vectors, case.queries.fits, case.queries.touches, strict=True):
                scores, background = library @ vector, chance.background(sample @ vector)
                cut_off = background.knowing(scores).cut_off
                kept.append(scores[fits[parents]].max() > cut_off)
                answered.append(scores[~touches[parents]].max() > background.cut_off)
            print(f"{size:8,} photos, {case.name:10} answered {np.mean(answered):4.0%}  kept {np.mean(kept):4.0%}")


def simulate(photos: Rows, size: int) -> tuple[NDArray[np.int64], Rows]:
    """The parents ``(size,)`` and vectors ``(size, dim)`` of photos like the real ones."""
    rng = np.random.default_rng(0)
    parents = rng.integers(0, len(photos), size)
    library = photos[parents]
    apart = (photos - photos.mean(axis=0)) / np.sqrt(np.float32(len(photos)))
    for start in range(0, size, 20_000):
        part = library[start : start + 20_000]
        part += np.float32(NOISE) * (rng.normal(size=(len(part), len(photos))).astype(np.float32) @ apart)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return parents, library


def _print_topics(measured: Measured) -> None:
    """Libraries of the photos that fit one word: the word itself, and words that touch nothing in them."""
    case, judge = measured.cases[1], judging(measured.reference)
    print("\nLibraries of one topic: photos that are good for the topic's word; absent words answered")
    for number, fits in enumerate(case.queries.fits):
        if fits.sum() < LEAST_TOPIC:
            continue
        library = measured.photos[fits]
        good = int((judge(case.vectors[number], library) > 0).sum())
        absent = ~case.queries.touches[:, fits].any(axis=1)
        answered = np.mean([judge(vector, library).max() > 0 for vector in case.vectors[absent]])
        print(f"{case.queries.texts[number]:12} {good} of {len(library)} good; "
              f"{answered:.0%} of {absent.sum()} absent words answered")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="a name of `photoseek model list`, or a folder that holds a model")
    main(parser.parse_args().model)
