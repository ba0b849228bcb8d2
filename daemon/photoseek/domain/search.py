"""A question and its answer."""

from dataclasses import dataclass, field

from photoseek.domain.photos import Photo


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asked for.

    Attributes:
        text: Passed to the model as text, whatever it looks like.
        limit: Photos wanted at most, at least 1.
        cursor: Where the page before ended; None for the first page.
        min_relevance: Photos below it are left out, 0 to 1.
    """

    text: str
    limit: int = 50
    cursor: str | None = None
    min_relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo that was found.

    Attributes:
        score: Cosine between query and photo, -1 to 1.
        relevance: How well it fits, judged against the query's own background, 0 to 1.
    """

    photo: Photo
    score: float
    relevance: float


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """One page of hits, best first.

    Attributes:
        model: Name of the model that answered.
        took_ms: From question to answer.
        good_matches: Number of photos in the whole library above the cut-off; 0 says that nothing fits.
        notes: What a person should know of the answer, such as that the query was cut.
    """

    query: Query
    model: str
    took_ms: float
    good_matches: int
    hits: list[Hit] = field(default_factory=list)
    next_cursor: str | None = None
    notes: list[str] = field(default_factory=list)
