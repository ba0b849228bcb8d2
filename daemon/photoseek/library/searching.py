"""From a question to a page of photos. Runs in the event loop; the arithmetic is done by the rooms' threads."""

import base64
import binascii
import struct
import time
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId, Hit, ModelIdentity, Query, SearchAnswer
from photoseek.embedding import TextEmbedding
from photoseek.errors import QueryError
from photoseek.library.index import LiveIndex
from photoseek.library.model import Model
from photoseek.library.relevance import Background
from photoseek.vectors import VectorIndex

REMEMBERED_QUERIES = 512
"""Paging, and typing a word and taking it back, ask the same again; a vector is some kilobytes."""
LEAST_DEPTH = 256
"""Good matches are counted among so many at first; rarely are there more."""


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The best photos of the library for a query, best first; ties by id."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]

    def after(self, cursor: "_Cursor | None") -> "_Ranking":
        """What comes after a page's end."""
        if cursor is None:
            return self
        later = (self.scores < cursor.score) | ((self.scores == cursor.score) & (self.ids > cursor.content_id))
        return _Ranking(self.ids[later], self.scores[later])


class Searcher:
    """Answers queries."""

    def __init__(self, catalogue: Catalogue, vectors: VectorIndex, index: LiveIndex, embedder: Model) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._index = index
        self._embedder = embedder
        self._texts: OrderedDict[tuple[str, str], TextEmbedding] = OrderedDict()

    async def search(self, query: Query) -> SearchAnswer:
        """One page of the photos that fit best.

        Raises:
            QueryError: It is empty, or its cursor is none of ours.
            ModelError: There is no model to answer with.
        """
        started = time.perf_counter()
        if not query.text.strip():
            raise QueryError("The query is empty.", "Say what the picture shows, such as: dog on the beach")
        after = _Cursor.decode(query.cursor) if query.cursor is not None else None
        model = await self._index.model()
        text = await self._embed(query.text, model)
        background = Background.of(await self._vectors.background(text.vector))
        ranking, good = await self._rank(text.vector, background, query, after)
        hits, cursor = await self._page(ranking, background, query, after)
        return SearchAnswer(
            query=query,
            model=model.name,
            took_ms=(time.perf_counter() - started) * 1000,
            good_matches=good,
            hits=hits,
            next_cursor=cursor,
            notes=["The query is longer than the model can read; its end was cut."] if text.truncated else [],
        )

    async def _embed(self, text: str, model: ModelIdentity) -> TextEmbedding:
        key = (model.key, text)
        if key not in self._texts:
            self._texts[key] = await self._embedder.embed_text(text)
            if len(self._texts) > REMEMBERED_QUERIES:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]

    async def _rank(
        self, vector: NDArray[np.float32], background: Background, query: Query, after: "_Cursor | None"
    ) -> tuple[_Ranking, int]:
        """The photos after the cursor, one more than wanted if there are; and the number of good ones in all."""
        depth = max((after.shown if after else 0) + query.limit + 1, LEAST_DEPTH)
        while True:
            ids, scores = await self._vectors.search(vector, depth)
            good = int(np.count_nonzero(scores >= background.cut_off))
            ranking = _Ranking(ids, scores).after(after)
            if len(ids) < depth or (good < depth and len(ranking.ids) > query.limit):
                return ranking, good
            depth *= 4

    async def _page(
        self, ranking: _Ranking, background: Background, query: Query, after: "_Cursor | None"
    ) -> tuple[list[Hit], str | None]:
        relevance = background.relevance(ranking.scores)
        fitting = int(np.count_nonzero(relevance >= query.min_relevance))
        end = min(fitting, query.limit)
        ids = [ContentId(int(row)) for row in ranking.ids[:end]]
        photos = await self._catalogue.photos(ids)
        hits = [
            Hit(photos[row], float(score), float(fit))
            for row, score, fit in zip(ids, ranking.scores[:end], relevance[:end], strict=True)
            if row in photos and photos[row].files
        ]
        if fitting <= query.limit:
            return hits, None
        shown = (after.shown if after else 0) + end
        return hits, _Cursor(float(ranking.scores[end - 1]), ids[-1], shown).encode()


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a page ended: at this score and content. Photos that come in meanwhile shift nothing.

    Attributes:
        shown: Photos on all pages so far: how deep the next one has to look at least.
    """

    score: float
    content_id: int
    shown: int

    def encode(self) -> str:
        """As it stands in an answer."""
        packed = struct.pack("<fqI", self.score, self.content_id, self.shown)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "_Cursor":
        """Read it back.

        Raises:
            QueryError: It is none of ours.
        """
        try:
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return cls(*struct.unpack("<fqI", packed))
        except (ValueError, binascii.Error, struct.error) as error:
            raise QueryError("The cursor is not one of photoseek's.", "Take next_cursor of the page before.") from error
