"""From a question to a page of photos. Called by ``library`` in the event loop; the rooms' threads do the arithmetic.

A query that says what photos shall show ranks them: ``ranking``. One of filters alone lists what they let through,
newest first, and needs no model.
"""

import time
from dataclasses import replace

from photoseek.catalogue import Catalogue
from photoseek.domain import Hit, Query, SearchAnswer
from photoseek.errors import QueryError
from photoseek.library.cursors import ListedCursor, question_of, read_cursor, write_cursor
from photoseek.library.index import LiveIndex
from photoseek.library.judging import Judge
from photoseek.library.ranking import Ranker


class Searcher:
    """Answers queries."""

    def __init__(self, catalogue: Catalogue, index: LiveIndex, judge: Judge) -> None:
        self._catalogue = catalogue
        self._ranker = Ranker(catalogue, index, judge)

    async def search(self, query: Query) -> SearchAnswer:
        """One page of the photos that fit best, or of the newest ones that the filters let through.

        Raises:
            QueryError: It is empty, its parts cancel out, or its cursor is none of ours.
            NotFoundError: A photo that is given as an example isn't there.
            NotIndexedError: Such a photo has no vector yet.
            ModelError: There is no model to answer with.
        """
        started = time.perf_counter()
        if query.ranks:
            answer = await self._ranker.rank(query)
        elif query.filters:
            answer = await self._list(query)
        else:
            raise QueryError("The query is empty.", "Say what the picture shows, such as: dog on the beach")
        return replace(answer, took_ms=(time.perf_counter() - started) * 1000)

    async def _list(self, query: Query) -> SearchAnswer:
        question = question_of(query)
        after = read_cursor(query.cursor, ListedCursor, question)
        behind = (after.taken, after.content_id) if after else None
        rows, count = await self._catalogue.newest(query.filters, query.limit + 1, behind, stacks=query.stacks)
        shown = rows[: query.limit]
        photos = await self._catalogue.photos([content for content, _ in shown], query.filters)
        cursor = None
        if len(rows) > len(shown):
            content, taken = shown[-1]
            cursor = write_cursor(ListedCursor(question, taken, content))
        hits = [Hit(photo, score=0.0, relevance=1.0) for photo in photos.values() if photo.files]
        return SearchAnswer(query, "", 0.0, count, hits, cursor)
