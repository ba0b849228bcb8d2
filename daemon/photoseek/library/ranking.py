"""Ranks photos by how well they fit a query. Runs in the event loop; the arithmetic is done by the rooms' threads.

Filters are asked of the catalogue, and only what passes is compared: so the best ones inside a filter are exactly
that. What a score is judged by is the whole library all the same, its best photos too: a filter doesn't change what a
photo shows, and few photos of one kind say nothing of how the query scores elsewhere.

Photos that are called by the query's words are looked up in the catalogue and looked at apart from the others:
``fusion`` says what their words are worth, and an answer is the merge of these lists. A query with pictures in it
asks for photos like those: there its words have no say of their own.

Of a stack the best one comes, of those that the filters let through. That is the first in the merge, so which one it is
hangs on no page: each page is merged from the best photo on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Called, Catalogue
from photoseek.domain import ContentId, Hit, Judgement, Query, Reason, SearchAnswer, WordMatches, photo_md5
from photoseek.library.cursors import Mark, RankedCursor, question_of, read_cursor, write_cursor
from photoseek.library.fusion import ASIDE, BEGINNING, Tier, fused, lift_of, worth_of
from photoseek.library.index import LiveIndex
from photoseek.library.judging import Judge
from photoseek.library.meaning import Interpreter
from photoseek.library.relevance import GOOD, Background, from_log_odds
from photoseek.vectors import VectorIndex

LEAST_DEPTH = 256
"""Good matches are counted among so many at first; rarely are there more."""

_Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Question:
    """A query, looked up: what it means, what may be found, and where its page begins.

    Attributes:
        number: Tells it from other questions.
        vector: ``(dim,)``, unit length.
        vectors: Among which it looks, to the end: those of the model that it was put to.
        nearest: Ids and cosines of the ``LEAST_DEPTH`` best photos of all; None where nothing is judged by them.
        texts: What photos may be called by: the terms that add.
    """

    query: Query
    number: int
    vector: NDArray[np.float32]
    vectors: VectorIndex
    nearest: tuple[_Ids, NDArray[np.float32]] | None
    background: Background
    texts: tuple[str, ...]
    after: RankedCursor | None

    @property
    def shown(self) -> int:
        """Photos on the pages before."""
        return self.after.shown if self.after else 0

    def mark(self, place: int) -> Mark | None:
        """How far the list at this place has been shown."""
        return self.after.marks[place] if self.after else None


@dataclass(frozen=True, slots=True)
class _Ranking:
    """A tier's photos from the best one on, ties by id; the last ones may be missing.

    Attributes:
        behind: Which of them come after the page before.
        good: Ids of the good matches in the whole tier, as far as it has been looked at.
        is_whole: Whether none is missing.
    """

    tier: Tier
    ids: _Ids
    scores: NDArray[np.float32]
    log_odds: NDArray[np.float64]
    behind: NDArray[np.bool_]
    good: _Ids
    is_whole: bool

    @property
    def is_counted(self) -> bool:
        """Whether no good match is missing in ``good``."""
        return self.is_whole or self.tier.is_good or len(self.good) < len(self.ids)


@dataclass(frozen=True, slots=True)
class _Found:
    """A photo on its way to the page; ``place`` is that of its tier."""

    content_id: ContentId
    score: float
    relevance: float
    place: int


class Ranker:
    """Answers queries that rank."""

    def __init__(self, catalogue: Catalogue, index: LiveIndex, judge: Judge) -> None:
        self._catalogue = catalogue
        self._index = index
        self._interpreter = Interpreter(catalogue)
        self._judge = judge

    async def rank(self, query: Query) -> SearchAnswer:
        """One page of the photos that fit best; ``took_ms`` is left to the caller.

        Raises:
            QueryError: Its parts cancel out, or its cursor is none of ours.
            NotFoundError: A photo that is given as an example isn't there.
            NotIndexedError: Such a photo has no vector yet.
            ModelError: There is no model to answer with.
        """
        async with self._index.asking() as answering:
            model = answering.identity
            number = question_of(query, model.full_key)
            after = read_cursor(query.cursor, RankedCursor, number)
            meaning = await self._interpreter.interpret(query, answering)
            background = await self._judge.background(query, meaning.vector, answering)
            nearest = None
            if background.hysteresis:
                nearest = await answering.vectors.search(meaning.vector, LEAST_DEPTH)
                background = background.knowing(nearest[1])
            question = _Question(
                query, number, meaning.vector, answering.vectors, nearest, background, _texts(query), after
            )
            rankings, found = await self._find(question)
            hits, cursor = await self._page(question, rankings, found)
            good = await self._count(question, rankings)
            return SearchAnswer(query, model.name, 0.0, good, hits, cursor, meaning.notes)

    async def _find(self, question: _Question) -> tuple[list[_Ranking], list[_Found]]:
        """The next photos, one more than wanted if there are, and the rankings that they come from."""
        wanted, tiers = question.query.limit, await self._tiers(question)
        depth = max(question.shown + wanted + 1, LEAST_DEPTH)
        while True:
            rankings = [await self._rank(question, tier, place, depth) for place, tier in enumerate(tiers)]
            found = await self._merge(question, rankings)
            deep_enough = len(found) > wanted and all(one.is_counted for one in rankings)
            if deep_enough or all(one.is_whole for one in rankings):
                return rankings, found
            depth *= 4

    async def _tiers(self, question: _Question) -> list[Tier]:
        """The photos that are called so, with names that begin so, at the place that is named, and all others."""
        query = question.query
        among = await self._catalogue.passing(query.filters) if query.filters else None
        without = await self._without(query)
        called = await self._called(question)
        named = np.concatenate((called.whole, called.begun))
        # Filters don't change what words are worth: that is asked of all photos.
        worth = worth_of(len(called.whole), question.vectors.count)
        beginning = ASIDE if len(called.begun) and await self._is_shown(question, named) else BEGINNING
        lift = lift_of(len(called.placed), question.vectors.count)
        spoken_of = np.concatenate((named, called.placed))
        return [
            Tier(_allowed(called.whole, among, without), None, worth, whole=True),
            Tier(_allowed(called.begun, among, without), None, beginning),
            Tier(_allowed(called.placed, among, without), None, lift=lift),
            Tier(among, spoken_of if without is None else np.append(without, spoken_of)),
        ]

    async def _without(self, query: Query) -> _Ids | None:
        """The contents that may not be found, or None."""
        md5 = photo_md5(query.without) if query.without else None
        photo = await self._catalogue.photo(md5) if md5 else None
        return None if photo is None else np.array([photo.content_id], np.int64)

    async def _called(self, question: _Question) -> Called:
        """The photos that are called by the query's words, of those that can be searched."""
        called, present = await self._catalogue.called(question.texts), question.vectors.present
        each = (called.whole, called.begun, called.placed)
        return Called(*[await present(ids) if len(ids) else ids for ids in each])

    async def _is_shown(self, question: _Question, named: _Ids) -> bool:
        """Whether some photo that isn't called so shows what the query says."""
        _, scores = await question.vectors.search(question.vector, 1, without=named)
        return bool((question.background.log_odds(scores) >= 0).any())

    async def _rank(self, question: _Question, tier: Tier, place: int, depth: int) -> _Ranking:
        ids, scores = await self._search(question, tier, depth)
        log_odds = fused(question.background, scores, tier.worth, tier.lift)
        good = tier.among if tier.is_good and tier.among is not None else ids[log_odds >= 0]
        behind = _behind(question.mark(place), ids, scores)
        return _Ranking(tier, ids, scores, log_odds, behind, good, is_whole=len(ids) < depth)

    async def _search(self, question: _Question, tier: Tier, depth: int) -> tuple[_Ids, NDArray[np.float32]]:
        if tier.among is not None and not len(tier.among):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if question.nearest is not None and tier.holds_all and depth == LEAST_DEPTH:
            return question.nearest
        return await question.vectors.search(question.vector, depth, among=tier.among, without=tier.without)

    async def _merge(self, question: _Question, rankings: Sequence[_Ranking]) -> list[_Found]:
        """The photos behind the page before, best first; equal ones by cosine, then by id.

        As far as all of the rankings reach: what stands further down could be in a stack with one that is missing.
        """
        ids = np.concatenate([one.ids for one in rankings])
        scores = np.concatenate([one.scores for one in rankings])
        log_odds = np.concatenate([one.log_odds for one in rankings])
        places = np.repeat(np.arange(len(rankings)), [len(one.ids) for one in rankings])
        order = np.lexsort((ids, -scores, -log_odds))
        ends = [np.flatnonzero(places[order] == place)[-1] for place, one in enumerate(rankings) if not one.is_whole]
        order = order[: min(ends, default=len(order)) + 1]
        shown = np.concatenate([one.behind for one in rankings])[order]
        if question.query.stacks:
            leaders = await self._catalogue.leaders_of(ids[order])
            first = np.unique(leaders, return_index=True)[1]
            shown[np.setdiff1d(np.arange(len(order)), first)] = False
        order = order[shown]
        fits = from_log_odds(log_odds)
        return [_Found(ContentId(int(ids[r])), float(scores[r]), float(fits[r]), int(places[r])) for r in order]

    async def _count(self, question: _Question, rankings: Sequence[_Ranking]) -> int:
        """The good matches, a stack as one where it comes as one."""
        good = np.concatenate([one.good for one in rankings])
        return len(good) - (await self._catalogue.count_hidden(good) if question.query.stacks else 0)

    async def _page(
        self, question: _Question, rankings: Sequence[_Ranking], found: Sequence[_Found]
    ) -> tuple[list[Hit], str | None]:
        query = question.query
        found = [one for one in found if one.relevance >= query.min_relevance]
        shown = found[: query.limit]
        hits = await self._hits(question, rankings, shown)
        if len(found) <= query.limit:
            return hits, None
        ends = {one.place: Mark(one.score, one.content_id) for one in shown}
        marks = tuple(ends.get(place, question.mark(place)) for place in range(len(rankings)))
        return hits, write_cursor(RankedCursor(question.number, marks, question.shown + len(shown)))

    async def _hits(self, question: _Question, rankings: Sequence[_Ranking], shown: Sequence[_Found]) -> list[Hit]:
        named = [one.content_id for one in shown if rankings[one.place].tier.has_words]
        texts = question.texts if named else ()  # most often nothing is called so, and copies need not be looked at
        photos = await self._catalogue.photos([one.content_id for one in shown], question.query.filters, texts)
        matches = await self._catalogue.word_matches(question.texts, named) if named else {}
        hits = []
        for one in shown:
            if (photo := photos.get(one.content_id)) is not None and photo.files:
                judgement = _judge(question.background, one.score, rankings[one.place].tier)
                judgement = replace(judgement, matches=matches.get(one.content_id, WordMatches()))
                hits.append(Hit(photo, one.score, one.relevance, _reasons(judgement), judgement))
        return hits


def _texts(query: Query) -> tuple[str, ...]:
    if query.like or query.picture is not None:
        return ()
    return tuple(term.text for term in query.terms if term.weight > 0)


def _allowed(ids: _Ids, among: _Ids | None, without: _Ids | None) -> _Ids:
    """Those of the photos that may be found; ``among`` may be nearly all there are, and isn't sorted for it."""
    allowed = ids if among is None else ids[np.isin(ids, among)]
    return allowed if without is None else allowed[~np.isin(allowed, without)]


def _behind(mark: Mark | None, ids: _Ids, scores: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of the photos come after a page's end."""
    if mark is None:
        return np.ones(len(ids), np.bool_)
    behind: NDArray[np.bool_] = (scores < mark.score) | ((scores == mark.score) & (ids > mark.content_id))
    return behind


def _judge(background: Background, score: float, tier: Tier) -> Judgement:
    by_picture = float(background.relevance(np.array([score], np.float32))[0])
    by_words = 0.0 if tier.worth is None else float(from_log_odds(np.array([tier.worth]))[0])
    return Judgement(background.cut_off, background.sigma, by_picture, by_words, whole=tier.whole)


def _reasons(judgement: Judgement) -> tuple[Reason, ...]:
    """What speaks for a photo; where nothing does much, what it shows comes nearest."""
    matches = judgement.matches
    words = {"name": matches.name, "text": matches.text, "camera": matches.camera, "place": matches.place}
    named = cast(tuple[Reason, ...], tuple(reason for reason, matched in words.items() if matched))
    return ("picture", *named) if judgement.by_picture >= GOOD or not named else named
