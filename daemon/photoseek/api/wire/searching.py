"""The shapes of searching: what is asked, how it was understood, what was found, and the grammar of queries.

Offered by ``wire``; pure; any thread.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from photoseek.api.values import (
    CameraText,
    Cursor,
    FileContent,
    Height,
    LocalTime,
    ModelName,
    NameText,
    PathText,
    PhotoIdAnswer,
    PhotoIdText,
    QueryPart,
    QueryText,
    SeqNumber,
    SizeBytes,
    Width,
)
from photoseek.api.wire.shapes import DEFAULT_LIMIT, Body, Limit, PhotoState, Request, StackBody, TakenFrom

Relevance = Annotated[float, Meta(ge=0, le=1)]
Why = Literal["picture", "name", "text", "camera", "place"]

NEEDED = {"SearchRequest": ("query", "like")}
"""Of these fields of a shape at least one must be there; types can't say it."""


class SearchRequest(Request, frozen=True, kw_only=True):
    """``POST /search``: a query, photos as examples (``like``), or both.

    ``explain`` tells how it was understood and each photo judged; without ``stack`` photos that are nearly the same
    come one by one.
    """

    query: QueryText | UnsetType = UNSET
    like: Annotated[list[PhotoIdText], Meta(min_length=1, max_length=32)] | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None
    min_relevance: Relevance = 0.0
    stack: bool = True
    explain: bool = False
    wait_for: SeqNumber = 0


class SearchParameters(Request, frozen=True, kw_only=True):
    """``GET /search``; the first page has no cursor."""

    q: QueryText
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    min_relevance: Relevance = 0.0
    stack: bool = True
    explain: bool = False
    wait_for: SeqNumber = 0


class SimilarParameters(Request, frozen=True, kw_only=True):
    """``GET /photos/{id}/similar``."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    min_relevance: Relevance = 0.0
    stack: bool = True
    wait_for: SeqNumber = 0


class PictureForm(Request, frozen=True, kw_only=True):
    """``POST /search``, multipart: a picture that need not be in the library, alone or with a query.

    For the next page it is sent again, with the cursor: nothing of it is kept.
    """

    image: FileContent
    query: QueryPart | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    min_relevance: Relevance = 0.0
    stack: bool = True
    explain: bool = False
    wait_for: SeqNumber = 0


class TermBody(Body, frozen=True, kw_only=True):
    """Words that count; with a weight below 0 they take away."""

    text: Annotated[str, Meta(examples=["dog on the beach"])]
    weight: Annotated[float, Meta(examples=[1.0])]


class ExampleBody(Body, frozen=True, kw_only=True):
    """A photo that others shall be like, or with a weight below 0 not like."""

    id: PhotoIdAnswer
    weight: Annotated[float, Meta(examples=[1.0])]


class FilterBody(Body, frozen=True, kw_only=True):
    """What is let through, or, negated, kept out; dates are absolute, ``*``, ``?`` and ``[…]`` make patterns."""

    key: Annotated[str, Meta(examples=["after"])]
    value: Annotated[str, Meta(examples=["2023-05-01"])]
    negated: bool


class ExplainedBody(Body, frozen=True, kw_only=True):
    """How a query was understood; ``query`` is it in its plainest form, ``picture`` whether one was given."""

    query: Annotated[str, Meta(examples=['"dog on the beach" after:2023-05-01'])]
    terms: list[TermBody]
    like: list[ExampleBody]
    picture: bool
    filters: list[FilterBody]
    order: Literal["best", "newest"]


class QueryBody(Body, frozen=True, kw_only=True):
    """The query; ``notes`` are remarks for a person, such as that it was cut.

    ``filters`` holds the values of each key, of negated ones behind a minus (``-type``); ``explained`` comes if asked.
    """

    text: Annotated[str, Meta(examples=["dog on the beach"])]
    filters: dict[str, list[str]] = msgspec.field(default_factory=dict)
    notes: list[str] = msgspec.field(default_factory=list)
    explained: ExplainedBody | UnsetType = UNSET


class MatchesBody(Body, frozen=True, kw_only=True):
    """The words of the query that a photo is called by, by where they stand; ``name`` is of files and folders."""

    name: list[str] = msgspec.field(default_factory=list)
    text: list[str] = msgspec.field(default_factory=list)
    camera: list[str] = msgspec.field(default_factory=list)
    place: list[str] = msgspec.field(default_factory=list)


class BackgroundBody(Body, frozen=True, kw_only=True):
    """What the cosines of a query are judged by."""

    cut_off: float
    sigma: float


class JudgementBody(Body, frozen=True, kw_only=True):
    """How a photo was judged.

    ``cosine`` is judged by the ``background``: ``cut_off`` is where a good match begins, ``sigma`` by how much cosines
    with photos that don't fit differ. ``by_picture`` and ``by_words`` are the relevance by what the photo shows and by
    what it is called alone; ``fused`` both together. ``whole``: the words stand there as they are, not as beginnings.
    ``filters``: what it passed.
    """

    cosine: float
    background: BackgroundBody
    by_picture: Relevance
    words: MatchesBody
    whole: bool
    by_words: Relevance
    fused: Relevance
    filters: list[FilterBody]


class HitBody(Body, frozen=True, kw_only=True):
    """A photo that was found; ``path`` is its preferred file, ``copies`` the number of its files.

    ``why`` says what speaks for it: the ``picture`` itself, or the query's words in the ``name`` of a file or folder,
    in the ``text`` that it holds (title, caption, keywords), in the name of the ``camera`` or of the ``place``.
    ``stack`` is the one it is in: the photo stands for all of it that the filters let through, but for ``stack=false``.
    ``judgement`` comes if an explanation is asked for, but not in a list.
    """

    id: PhotoIdAnswer
    path: PathText
    path_bytes: str | UnsetType = UNSET
    name: NameText
    folder_id: int
    score: Annotated[float, Meta(examples=[0.283])]
    relevance: Annotated[float, Meta(examples=[0.97])]
    width: Width
    height: Height
    taken_at: LocalTime
    taken_from: TakenFrom = ""
    camera: CameraText
    size_bytes: SizeBytes
    copies: int
    stack: StackBody | None = None
    state: PhotoState
    why: list[Why] = msgspec.field(default_factory=list)
    judgement: JudgementBody | UnsetType = UNSET


class SearchBody(Body, frozen=True, kw_only=True):
    """``GET`` and ``POST /search``, ``GET /photos/{id}/similar``.

    Best first; a query of filters alone lists what they let through, newest first, with score 0 and relevance 1.
    """

    query: QueryBody
    model: ModelName
    took_ms: Annotated[float, Meta(examples=[12.3])]
    good_matches: int
    photos: list[HitBody]
    next_cursor: str | None


class FormBody(Body, frozen=True, kw_only=True):
    """A part of the query grammar, with whole queries as examples."""

    form: Annotated[str, Meta(examples=["- words"])]
    meaning: Annotated[str, Meta(examples=["Takes them away."])]
    examples: list[str]


class FilterKeyBody(Body, frozen=True, kw_only=True):
    """A key of ``key:value``, with whole queries as examples."""

    key: Annotated[str, Meta(examples=["folder"])]
    meaning: Annotated[str, Meta(examples=["Lies in such a folder, at any depth."])]
    examples: list[str]


class GrammarBody(Body, frozen=True, kw_only=True):
    """``GET /grammar``: what a query may hold."""

    forms: list[FormBody]
    keys: list[FilterKeyBody]
