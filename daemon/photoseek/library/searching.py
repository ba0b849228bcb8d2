"""From a question to a page of photos. Runs in the event loop; the arithmetic is done by the rooms' threads."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId, Hit, Query, SearchAnswer, photo_md5
from photoseek.errors import QueryError
from photoseek.library.cursors import RankedCursor, question_of, read_cursor, write_cursor
from photoseek.library.index import LiveIndex
from photoseek.library.meaning import Interpreter
from photoseek.library.model import Model
from photoseek.library.relevance import Background
from photoseek.vectors import VectorIndex

LEAST_DEPTH = 256
"""Good matches are counted among so many at first; rarely are there more."""


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


class Searcher:
    """Answers queries."""

    def __init__(self, catalogue: Catalogue, vectors: VectorIndex, index: LiveIndex, embedder: Model) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._index = index
        self._interpreter = Interpreter(catalogue, embedder)

    async def search(self, query: Query) -> SearchAnswer:
        """One page of the photos that fit best.

        Raises:
            QueryError: It is empty, its parts cancel out, or its cursor is none of ours.
            NotFoundError: A photo that is given as an example isn't there.
            NotIndexedError: Such a photo has no vector yet.
            ModelError: There is no model to answer with.
        """
        started = time.perf_counter()
        if not (query.ranks or query.filters):
            raise QueryError("The query is empty.", "Say what the picture shows, such as: dog on the beach")
        if query.filters:
            raise QueryError("Filters are not built yet.")
        model = await self._index.model()
        question = question_of(query, model.key)
        after = read_cursor(query.cursor, RankedCursor, question)
        without = await self._without(query)
        meaning = await self._interpreter.interpret(query, model)
        background = Background.of(await self._vectors.background(meaning.vector))
        ranking, good = await self._rank(meaning.vector, background, query, after, without)
        hits, cursor = await self._page(ranking, background, query, after, question)
        return SearchAnswer(
            query=query,
            model=model.name,
            took_ms=(time.perf_counter() - started) * 1000,
            good_matches=good,
            hits=hits,
            next_cursor=cursor,
            notes=meaning.notes,
        )

    async def _without(self, query: Query) -> NDArray[np.int64] | None:
        """The contents that may not be found, or None."""
        md5 = photo_md5(query.without) if query.without else None
        photo = await self._catalogue.photo(md5) if md5 else None
        return None if photo is None else np.array([photo.content_id], np.int64)

    async def _rank(
        self,
        vector: NDArray[np.float32],
        background: Background,
        query: Query,
        after: RankedCursor | None,
        without: NDArray[np.int64] | None,
    ) -> tuple[_Ranking, int]:
        """The photos after the cursor, one more than wanted if there are; and the number of good ones in all."""
        depth = max((after.shown if after else 0) + query.limit + 1, LEAST_DEPTH)
        while True:
            ids, scores = await self._vectors.search(vector, depth, without=without)
            good = int(np.count_nonzero(scores >= background.cut_off))
            ranking = _Ranking(ids, scores).after(after)
            if len(ids) < depth or (good < depth and len(ranking.ids) > query.limit):
                return ranking, good
            depth *= 4

    async def _page(
        self, ranking: _Ranking, background: Background, query: Query, after: RankedCursor | None, question: int
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
        return hits, write_cursor(RankedCursor(question, float(ranking.scores[end - 1]), ids[-1], shown))
