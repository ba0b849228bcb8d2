"""A query and its answer. Pure data: ``grammar`` makes queries, ``library`` the answers, ``api`` shows them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from photoseek.domain.photos import Photo, PhotoId

if TYPE_CHECKING:  # the array type is named here, its library not loaded: commands and the tray need none
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Term:
    """Words that photos shall show, or shall not.

    Attributes:
        text: Passed to the model as text, whatever it looks like.
        weight: How much it counts; below 0 it takes away.
    """

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """A photo that others shall be like, or shall not: its vector counts as a term's does."""

    photo: PhotoId
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Filter:
    """What a photo must be, or must not be, to be found at all.

    Attributes:
        key: One of ``filters.KINDS``.
        value: In the form that ``filters`` brings it into: dates absolute, names as patterns.
        negated: Whether it keeps those out that it would let through.
    """

    key: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SeenPicture:
    """A picture that somebody searches with, as a model saw it.

    Attributes:
        vector: ``(dim,)`` float32, unit length.
        by: Full key of that model.
    """

    vector: "NDArray[np.float32]"
    by: str


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asked for. Made by ``parse_query``; what comes from elsewhere than the text is added.

    Attributes:
        text: As it was typed.
        terms: The words in it.
        like: Photos that were given as examples.
        filters: Of each key one must let a photo through, of ``after`` and ``before`` all, and none that is negated.
        picture: That was given. It counts as a term of weight 1.
        limit: Photos wanted at most, at least 1.
        cursor: Where the page before ended; None for the first page.
        min_relevance: Photos below it are left out, 0 to 1.
        without: A photo that shall not be found: the one that others are to be like.
        stack: Whether photos that are nearly the same come as one, the best of them that the filters let through.
    """

    text: str
    terms: tuple[Term, ...] = ()
    like: tuple[Example, ...] = ()
    filters: tuple[Filter, ...] = ()
    picture: SeenPicture | None = field(default=None, compare=False)
    limit: int = 50
    cursor: str | None = None
    min_relevance: float = 0.0
    without: PhotoId | None = None
    stack: bool = True

    @property
    def stacks(self) -> bool:
        """Whether a stack comes as one photo; what asks for a stack wants to see all of it."""
        return self.stack and not any(one.key == "stack" and not one.negated for one in self.filters)

    @property
    def ranks(self) -> bool:
        """Whether anything in it says how well a photo fits. Otherwise it lists what the filters let through."""
        return bool(self.terms or self.like or self.picture is not None)


@dataclass(frozen=True, slots=True)
class WordMatches:
    """The words of a query that a photo is called by, as they were typed.

    Attributes:
        name: In the name of a file or of the folders that it lies in.
        text: In title, caption or keywords of the picture.
        camera: In the camera's name.
        place: In the name of a place that it was taken at.
    """

    name: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    camera: tuple[str, ...] = ()
    place: tuple[str, ...] = ()


Reason = Literal["picture", "name", "text", "camera", "place"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo that was found.

    Attributes:
        score: Cosine between query and photo, -1 to 1; 0 in a list.
        relevance: How well it fits, by what it shows and what it is called, 0 to 1; 1 in a list.
        why: What speaks for it: what it shows, or where the query's words stand; nothing in a list.
        judgement: How ``relevance`` came about; None in a list.
    """

    photo: Photo
    score: float
    relevance: float
    why: tuple[Reason, ...] = ()
    judgement: "Judgement | None" = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a photo was judged.

    Attributes:
        cut_off: The cosine from which on what a photo shows is a good match for this query.
        sigma: By how much cosines of this query with photos that don't fit differ.
        by_picture: Relevance by what the photo shows alone, 0 to 1.
        by_words: Relevance by what it is called alone, 0 to 1; 0 where no word matches.
        matches: The words that match.
        whole: Whether they stand there as they are; otherwise a longer word begins with one of them.
    """

    cut_off: float
    sigma: float
    by_picture: float
    by_words: float = 0.0
    matches: WordMatches = field(default_factory=WordMatches)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """One page of hits: best first, or in a list newest first.

    Attributes:
        model: Name of the model that answered; may be empty in a list, which needs none.
        took_ms: From question to answer.
        good_matches: Of all photos that the filters let through, those above the cut-off; 0 says that nothing fits.
            In a list, all of them. A stack counts as one where it comes as one.
        notes: What a person should know of the answer, such as that the query was cut.
    """

    query: Query
    model: str
    took_ms: float
    good_matches: int
    hits: list[Hit] = field(default_factory=list)
    next_cursor: str | None = None
    notes: list[str] = field(default_factory=list)
