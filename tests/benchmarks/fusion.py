"""How well names and pictures are joined, beside the bare cosine and reciprocal rank fusion; and what words cost.

The photographs and queries are those of ``relevance``; names are drawn by lot, so none was tuned for. *Named*: a query
that shows nothing (a caption whose photos were taken out) names m photos: the share of named ones among the first m.
*Shown*: the words of ``concepts``, while m photos that don't show a word, or half of those that do, are called by it:
the average precision (Manning et al. 2008, 8.4) of the photos that show it, the misnamed ones left out. *Placed*: a
caption and "in Lisboa", while a tenth of the photos, drawn by lot, were taken there: how often its photo comes first.

The cost is measured over 100,000 photos of three words each in a real catalogue.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import Changes, FoundFile
from photoseek.embedding import Embedder
from photoseek.library.fusion import fused, lift_of, worth_of
from photoseek.library.relevance import Chance
from photoseek.settings import ModelSettings
from tests.benchmarks.filtering import fill_catalogue
from tests.benchmarks.relevance import Case, Measured, measure, simulate
from tests.conftest import SHARED

NUMBERS = (1, 5, 20)
LARGE = 20_000  # simulated as for relevance
SKIP = 5  # every fifth caption is enough
RRF_K = 60  # Cormack et al. 2009
ASKED = ("IMG_012345", "2023-05 IMG_0000", "img", "iphone", "Lisboa", "nothing of this")
ROUNDS = 15

Marks = NDArray[np.bool_]
Order = Callable[[NDArray[np.float32], Marks], NDArray[np.float64]]
"""From cosines ``(n,)`` and which photos are called so to a number for each photo, the best highest."""


def main(model: str | None = None) -> None:
    """Print the tables for a model; by default that of ``$PHOTOSEEK_MODEL__NAME``, else the starter."""
    folder = SHARED / "photos"
    if folder.is_dir():
        name = model or os.environ.get("PHOTOSEEK_MODEL__NAME", "starter")
        measured = asyncio.run(measure(folder, name))
        _print_quality(measured, name)
        _print_placed(measured, asyncio.run(_embed_placed(measured.cases[0].queries.texts[::SKIP], name)))
    else:
        print("\nFusion: needs shared/photos beside the checkout, or $PHOTOSEEK_SHARED; its quality is left out")
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home:
        asyncio.run(_print_cost(Path(home)))


def _print_quality(measured: Measured, name: str) -> None:
    chance = Chance.of(measured.photos @ measured.reference.T)

    def ours(scores: NDArray[np.float32], called: Marks) -> NDArray[np.float64]:
        background = chance.background(scores).knowing(scores)
        worth = worth_of(int(called.sum()), len(called))
        return np.where(called, fused(background, scores, worth), fused(background, scores, None))

    orders: dict[str, Order] = {
        "cosine": lambda scores, _: scores.astype(np.float64),
        "RRF": _by_ranks,
        "photoseek": ours,
    }
    sentences, words = measured.cases
    print(f"\nFusion over {len(measured.photos)} photographs, model {name}")
    print(f"{'':44}" + "".join(f"{order:>11}" for order in orders))
    for size in (len(measured.photos), LARGE):
        for number in NUMBERS:
            shares = [_named(sentences, measured, order, number, size) for order in orders.values()]
            line = f"named: {number} of {size:,} photos, found first"
            print(f"{line:44}" + "".join(f"{share:11.0%}" for share in shares))
    for number in (0, *NUMBERS):
        found = [_shown(words, measured, order, number) for order in orders.values()]
        print(f"{f'shown: {number} others are called so':44}" + "".join(f"{one:11.3f}" for one in found))
    found = [_shown(words, measured, order, None) for order in orders.values()]
    print(f"{'shown: half of them are called so':44}" + "".join(f"{one:11.3f}" for one in found))


async def _embed_placed(captions: list[str], name: str) -> NDArray[np.float32]:
    """``(q, dim)`` vectors of the captions with a place behind them."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home:
        async with Embedder(ModelSettings(name=name), Path(home)) as model:
            texts = [f"{caption.rstrip('. ')} in Lisboa" for caption in captions]
            return np.stack([(await model.embed_text(text)).vector for text in texts])


def _print_placed(measured: Measured, vectors: NDArray[np.float32]) -> None:
    chance = Chance.of(measured.photos @ measured.reference.T)
    lot, ranks = np.random.default_rng(3), []
    for vector, photo in zip(vectors, measured.cases[0].queries.photo[::SKIP], strict=True):
        scores = measured.photos @ vector
        there = np.zeros(len(scores), np.bool_)
        there[[photo, *lot.choice(np.delete(np.arange(len(scores)), photo), len(scores) // 10, replace=False)]] = True
        background, lift = chance.background(scores).knowing(scores), lift_of(int(there.sum()), len(scores))
        ours = np.where(there, fused(background, scores, None, lift), fused(background, scores, None))
        ranks.append([int((order > order[photo]).sum()) for order in (scores, ours)])
    for depth in (1, 5):
        cosine, ours = np.mean(np.array(ranks) < depth, axis=0)
        print(f"{f'placed: among the first {depth}':44}{cosine:11.0%}{'-':>11}{ours:11.0%}")


def _by_ranks(scores: NDArray[np.float32], called: Marks) -> NDArray[np.float64]:
    """Reciprocal rank fusion of all photos by cosine with the called ones by cosine."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores)] = np.arange(1, len(scores) + 1)
    among = np.empty(int(called.sum()))
    among[np.argsort(-scores[called])] = np.arange(1, len(among) + 1)
    joined = 1 / (RRF_K + ranks)
    joined[called] += 1 / (RRF_K + among)
    return joined


def _named(case: Case, measured: Measured, order: Order, number: int, size: int) -> float:
    """Share of named photos among the first ``number``, where none shows what is asked."""
    lot, shares = np.random.default_rng(1), []
    parents, library = np.arange(len(measured.photos)), measured.photos
    if size > len(library):
        parents, library = simulate(measured.photos, size)
    for vector, touches in zip(case.vectors[::SKIP], case.queries.touches[::SKIP], strict=True):
        photos = library[~touches[parents]]
        called = np.zeros(len(photos), np.bool_)
        called[lot.choice(len(photos), number, replace=False)] = True
        best = np.argsort(-order(photos @ vector, called))[:number]
        shares.append(float(called[best].mean()))
    return float(np.mean(shares))


def _shown(case: Case, measured: Measured, order: Order, number: int | None) -> float:
    """Mean average precision of the photos that fit, while others are called so; None: while half of them are."""
    lot, precisions = np.random.default_rng(2), []
    for vector, fits, touches in zip(case.vectors, case.queries.fits, case.queries.touches, strict=True):
        others = np.flatnonzero(~touches)
        of = np.flatnonzero(fits) if number is None else others
        called = np.zeros(len(fits), np.bool_)
        called[lot.choice(of, max(1, len(of) // 2) if number is None else number, replace=False)] = True
        ranked = np.argsort(-order(measured.photos @ vector, called))
        hits = fits[ranked]
        precisions.append(float(np.mean(np.cumsum(hits)[hits] / (np.flatnonzero(hits) + 1))))
    return float(np.mean(precisions))


async def _print_cost(home: Path) -> None:
    catalogue = await Catalogue.open(home / "catalogue.sqlite3")
    try:
        await fill_catalogue(catalogue, "model")
        [folder] = await catalogue.folders()
        print(f"\n{'words over 100,000 photos, ms':44}{'found':>11}{'looked up':>11}")
        for query in ASKED:
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                called = await catalogue.called([query])
                times.append((time.perf_counter() - begun) * 1000)
            print(f"{query:44}{len(called.whole) + len(called.begun):11,}{statistics.median(times):11.1f}")
        moved, gone = [], []
        for path, stamp in (await catalogue.known_files(folder.id)).items():
            if path.startswith(b"2023-0"):
                moved.append(FoundFile(b"moved/" + path, stamp))
                gone.append(path)
        hashes = {one.path: int(one.path[-10:-4]).to_bytes(16, "big") for one in moved}
        begun = time.perf_counter()
        changes = Changes(moved, gone, hashes)  # type: ignore[arg-type]
        await catalogue.record_changes(folder.id, changes, model_key="model")
        print(f"{len(moved):,} photos moved at once, their words too: {time.perf_counter() - begun:.1f} s")
        size_mb = (home / "catalogue.sqlite3").stat().st_size / 1e6
        print(f"catalogue with vectors of 512 dimensions: {size_mb:.0f} MB")
    finally:
        await catalogue.close()
