"""Ranks photos by how well they fit a query. Runs in the event loop; the arithmetic is done by the rooms' threads.

Filters are asked of the catalogue, and only what passes is compared: so the best ones inside a filter are exactly
that. What a score is judged by is the whole library all the same: a filter doesn't change what a photo shows, and few
photos of one kind say nothing of how the query scores elsewhere.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId, Hit, Query, SearchAnswer, photo_md5
from photoseek.library.cursors import RankedCursor, question_of, read_cursor, write_cursor
from photoseek.library.index import LiveIndex
from photoseek.library.judging import Judge
from photoseek.library.meaning import Interpreter
from photoseek.library.model import Model
from photoseek.library.relevance import Background
from photoseek.vectors import VectorIndex

LEAST_DEPTH = 256
"""Good matches are counted among so many at first; rarely are there more."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A query, looked up: what it means, what may be found, and where its page begins.

    Attributes:
        number: Tells it from other questions.
        vector: ``(dim,)``, unit length.
        among: Content ids that may be found; None for all.
        without: Content ids that may not.
    """

    query: Query
    number: int
    vector: NDArray[np.float32]
    background: Background
    among: NDArray[np.int64] | None
    without: NDArray[np.int64] | None
    after: RankedCursor | None

    @property
    def shown(self) -> int:
        """Photos on the pages before."""
        return self.after.shown if self.after else 0


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The best photos of the library for a query, best first; ties by id."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]

    def after(self, cursor: RankedCursor | None) -> "_Ranking":
        """What comes after a page's end."""
        if cursor is None:
            return self
        later = (self.scores < cursor.score) | ((self.scores == cursor.score) & (self.ids > cursor.content_id))
        return _Ranking(self.ids[later], self.scores[later])


class Ranker:
    """Answers queries that rank."""

    def __init__(
        self, catalogue: Catalogue, vectors: VectorIndex, index: LiveIndex, embedder: Model, models: Path
    ) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._index = index
        self._interpreter = Interpreter(catalogue, embedder)
        self._judge = Judge(vectors, embedder, models)

    async def rank(self, query: Query) -> SearchAnswer:
        """One page of the photos that fit best; ``took_ms`` is left to the caller.

        Raises:
            QueryError: Its parts cancel out, or its cursor is none of ours.
            NotFoundError: A photo that is given as an example isn't there.
            NotIndexedError: Such a photo has no vector yet.
            ModelError: There is no model to answer with.
        """
        model = await self._index.model()
        number = question_of(query, model.key)
        after = read_cursor(query.cursor, RankedCursor, number)
        meaning = await self._interpreter.interpret(query, model)
        background = await self._judge.background(query, meaning.vector, model)
        among = await self._catalogue.passing(query.filters) if query.filters else None
        without = await self._without(query)
        question = _Question(query, number, meaning.vector, background, among, without, after)
        ranking, good = await self._find(question)
        hits, cursor = await self._page(question, ranking)
        return SearchAnswer(query, model.name, 0.0, good, hits, cursor, meaning.notes)

    async def _without(self, query: Query) -> NDArray[np.int64] | None:
        """The contents that may not be found, or None."""
        md5 = photo_md5(query.without) if query.without else None
        photo = await self._catalogue.photo(md5) if md5 else None
        return None if photo is None else np.array([photo.content_id], np.int64)

    async def _find(self, question: _Question) -> tuple[_Ranking, int]:
        """The photos after the cursor, one more than wanted if there are; and the number of good ones in all."""
        wanted = question.query.limit
        depth = max(question.shown + wanted + 1, LEAST_DEPTH)
        while True:
            ids, scores = await self._vectors.search(
                question.vector, depth, among=question.among, without=question.without
            )
            good = int(np.count_nonzero(scores >= question.background.cut_off))
            ranking = _Ranking(ids, scores).after(question.after)
            if len(ids) < depth or (good < depth and len(ranking.ids) > wanted):
                return ranking, good
            depth *= 4

    async def _page(self, question: _Question, ranking: _Ranking) -> tuple[list[Hit], str | None]:
        query = question.query
        relevance = question.background.relevance(ranking.scores)
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
        last = RankedCursor(question.number, float(ranking.scores[end - 1]), ids[-1], question.shown + end)
        return hits, write_cursor(last)
