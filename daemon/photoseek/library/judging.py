"""Gets what a query's scores are judged by: asks the model for the reference texts, and the index for its sample.

Runs in the event loop; arithmetic and files in threads. A model is asked for the reference texts once, ever: their
vectors are kept in the cache. The arithmetic over them is done again only when the library has changed.
"""

import asyncio
import hashlib
import io
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek import durable
from photoseek.domain import ModelIdentity, Query
from photoseek.library.model import Answering, Model
from photoseek.library.reference_texts import REFERENCE_TEXTS
from photoseek.library.relevance import Background, Chance

log = logging.getLogger(__name__)

GROWN = 1.1
"""Where a library has grown or shrunk by this factor, the best of all its photos are looked up again."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Known:
    """The chance in one state of the library with one model."""

    model: str
    seq: int
    chance: Chance


@dataclass(frozen=True, slots=True)
class _Best:
    """The highest cosines ``(r,)`` of the reference texts, when there were so many photos."""

    model: str
    count: int
    scores: Vectors

    def holds(self, model: str, count: int) -> bool:
        """Whether they are hardly any others now."""
        return self.model == model and self.count / GROWN <= count <= self.count * GROWN


class Judge:
    """Says what the scores of a query are judged by."""

    def __init__(self, folder: Path) -> None:
        """Keep the reference texts' vectors in ``folder``, which is made when it is needed."""
        self._folder = folder
        self._asking = asyncio.Lock()
        self._texts: tuple[Path, list[Vectors]] | None = None
        self._known: _Known | None = None
        self._best: _Best | None = None

    async def background(self, query: Query, vector: Vectors, answering: Answering) -> Background:
        """For the scores of a query's ``(dim,)`` vector.

        Raises:
            ModelError: The model can't be had for the reference texts.
        """
        if query.picture is not None or query.like:
            return Background.of(await answering.vectors.background(vector))
        chance = await self._chance(answering)
        return chance.background(await answering.vectors.background(vector))

    async def prepare(self, model: ModelIdentity, embedder: Model) -> None:
        """Ask a model for the reference texts now, so that its first query need not wait for them.

        Raises:
            ModelError: It can't be had.
        """
        await self._reference(model, embedder)

    async def _chance(self, answering: Answering) -> Chance:
        model, vectors = answering.identity, answering.vectors
        seq, known = vectors.seq, self._known
        if known is not None and (known.model, known.seq) == (model.full_key, seq):
            return known.chance
        texts = await self._reference(model, answering.embedder)
        scores = await vectors.background(texts)
        best = await self._best_of_all(texts, answering) if vectors.count > len(scores) else None
        chance = await asyncio.to_thread(Chance.of, scores, best)
        self._known = _Known(model.full_key, seq, chance)
        return chance

    async def _best_of_all(self, texts: Vectors, answering: Answering) -> Vectors:
        model, vectors = answering.identity.full_key, answering.vectors
        if self._best is None or not self._best.holds(model, vectors.count):
            count = vectors.count
            self._best = _Best(model, count, await vectors.best(texts))
        return self._best.scores

    async def _reference(self, model: ModelIdentity, embedder: Model) -> Vectors:
        """The reference texts' vectors ``(r, dim)``; what is embedded stays, also when who asks is cancelled."""
        async with self._asking:
            place = self._folder / f"reference-{_digest(model)}.npy"
            if self._texts is None or self._texts[0] != place:
                self._texts = place, await asyncio.to_thread(_recall, place, model.dim)
            vectors = self._texts[1]
            if len(vectors) < len(REFERENCE_TEXTS):
                for text in REFERENCE_TEXTS[len(vectors) :]:
                    vectors.append((await embedder.embed_text(text)).vector)
                await asyncio.to_thread(_remember, place, np.stack(vectors))
            return np.stack(vectors)


def _digest(model: ModelIdentity) -> str:
    """Tells models and reference texts apart; the name does so for text towers that share a picture tower."""
    return hashlib.sha256("\n".join((model.key, model.name, *REFERENCE_TEXTS)).encode()).hexdigest()[:24]


def _recall(place: Path, dim: int) -> list[Vectors]:
    """What was kept; nothing where it is missing or not what it should be."""
    try:
        vectors = np.load(place, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return []
    whole = vectors.shape == (len(REFERENCE_TEXTS), dim) and vectors.dtype == np.float32
    return list(vectors) if whole and bool(np.isfinite(vectors).all()) else []


def _remember(place: Path, vectors: Vectors) -> None:
    """Keep them; a cache that can't be written costs only time."""
    data = io.BytesIO()
    np.save(data, vectors, allow_pickle=False)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        durable.write(place, data.getbuffer(), sync=False)
    except OSError as error:
        log.warning("What scores are judged by can't be kept: %s", error.strerror)
