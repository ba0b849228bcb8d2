"""The JSON shapes of the API, requests and answers. The only place with such shapes; ``answers`` fills them.

Used by the handlers and by ``client`` and ``cli`` to read the same answers: cheap to import. Pure; any thread.
Rules of all shapes: a string is never null (an unknown ``taken_at``, ``camera`` or ``last_scan`` is ``""``);
``taken_at`` is the local time where the picture was taken (``2023-08-02T18:11:09``), ``taken_from`` says whether the
picture says so (``exif``) or only the time of its oldest file (``file``); moments (``last_scan``,
``seen_at``, ``modified_at``) are UTC (``2023-08-02T16:11:09Z``); a path that is not UTF-8 shows U+FFFD and
comes whole in ``path_bytes`` (base64), which is there only then.
"""

import base64
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from photoseek.api.values import (
    CameraText,
    CodeText,
    Cursor,
    FileContent,
    FolderPath,
    Height,
    LinkFile,
    LinkUrl,
    LocalTime,
    ModelName,
    Moment,
    NameText,
    NewFolderPath,
    PathText,
    PhotoIdAnswer,
    PhotoIdText,
    QueryPart,
    QueryText,
    Seq,
    SeqNumber,
    SizeBytes,
    Width,
)

MAX_LIMIT = 1000
DEFAULT_LIMIT = 50

Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT)]
Relevance = Annotated[float, Meta(ge=0, le=1)]
PhotoState = Literal["online", "offline"]
TakenFrom = Literal["exif", "file", ""]

NEEDED = {"SearchRequest": ("query", "like")}
"""Of these fields of a shape at least one must be there; types can't say it."""


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that a client sends; an unknown key is an error that names it."""


class SearchRequest(_Request, frozen=True, kw_only=True):
    """``POST /search``: a query, photos as examples (``like``), or both; ``explain`` tells how it was understood."""

    query: QueryText | UnsetType = UNSET
    like: Annotated[list[PhotoIdText], Meta(min_length=1, max_length=32)] | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None
    min_relevance: Relevance = 0.0
    explain: bool = False
    wait_for: SeqNumber = 0


class SearchParameters(_Request, frozen=True, kw_only=True):
    """``GET /search``; the first page has no cursor."""

    q: QueryText
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    min_relevance: Relevance = 0.0
    explain: bool = False
    wait_for: SeqNumber = 0


class SimilarParameters(_Request, frozen=True, kw_only=True):
    """``GET /photos/{id}/similar``."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    min_relevance: Relevance = 0.0
    wait_for: SeqNumber = 0


class PictureForm(_Request, frozen=True, kw_only=True):
    """``POST /search``, multipart: a picture that need not be in the library, alone or with a query.

    For the next page it is sent again, with the cursor: nothing of it is kept.
    """

    image: FileContent
    query: QueryPart | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    min_relevance: Relevance = 0.0
    explain: bool = False
    wait_for: SeqNumber = 0


class PhotosForm(_Request, frozen=True, kw_only=True):
    """``POST /photos``, multipart: pictures to add, each with its file name."""

    files: Annotated[list[FileContent], Meta(extra_json_schema={"minItems": 1})]


class PageParameters(_Request, frozen=True, kw_only=True):
    """``GET /problems``."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""


class FilesParameters(PageParameters, frozen=True, kw_only=True):
    """``GET /photos``; of one folder, or of all."""

    folder_id: Annotated[int, Meta(ge=0, le=2**63 - 1)] | UnsetType = UNSET


class ThumbnailParameters(_Request, frozen=True, kw_only=True):
    """``GET /photos/{id}/thumbnail``; the longer side in pixels."""

    size: Literal[256, 512, 1024] = 256


class NoParameters(_Request, frozen=True, kw_only=True):
    """Routes that take none."""


class FolderRequest(_Request, frozen=True, kw_only=True):
    """``POST /folders``; the path is absolute."""

    path: NewFolderPath


class ConfirmParameters(_Request, frozen=True, kw_only=True):
    """``POST /folders/{id}/confirm-missing``; ``all`` also where the folder can't be reached or is empty."""

    all: bool = False


class IndexingRequest(_Request, frozen=True, kw_only=True):
    """``POST /indexing``."""

    action: Literal["pause", "resume", "rescan"]


class AutostartRequest(_Request, frozen=True, kw_only=True):
    """``POST /autostart``: whether photoseek shall start when the person logs in."""

    installed: bool


class KeyRequest(_Request, frozen=True, kw_only=True):
    """``POST /keys``; the code stands behind ``#code=`` in the address of a link."""

    code: CodeText


class ErrorDetail(_Body, frozen=True, kw_only=True):
    """What went wrong, a stable code for programs and words for a person.

    ``at`` is there for a mistake in a query: how many characters of it (Unicode code points) stand before the place.
    """

    code: str
    message: str
    hint: str = ""
    at: int | UnsetType = UNSET


class ErrorBody(_Body, frozen=True, kw_only=True):
    """Every answer that is no success, on every route."""

    error: ErrorDetail


class HealthBody(_Body, frozen=True, kw_only=True):
    """``GET /healthz``; open without a token, so it says nothing more."""

    status: Literal["ok"] = "ok"


class TermBody(_Body, frozen=True, kw_only=True):
    """Words that count; with a weight below 0 they take away."""

    text: Annotated[str, Meta(examples=["dog on the beach"])]
    weight: Annotated[float, Meta(examples=[1.0])]


class ExampleBody(_Body, frozen=True, kw_only=True):
    """A photo that others shall be like, or with a weight below 0 not like."""

    id: PhotoIdAnswer
    weight: Annotated[float, Meta(examples=[1.0])]


class FilterBody(_Body, frozen=True, kw_only=True):
    """What is let through, or, negated, kept out; dates are absolute, ``*``, ``?`` and ``[…]`` make patterns."""

    key: Annotated[str, Meta(examples=["after"])]
    value: Annotated[str, Meta(examples=["2023-05-01"])]
    negated: bool


class ExplainedBody(_Body, frozen=True, kw_only=True):
    """How a query was understood; ``query`` is it in its plainest form, ``picture`` whether one was given."""

    query: Annotated[str, Meta(examples=['"dog on the beach" after:2023-05-01'])]
    terms: list[TermBody]
    like: list[ExampleBody]
    picture: bool
    filters: list[FilterBody]
    order: Literal["best", "newest"]


class QueryBody(_Body, frozen=True, kw_only=True):
    """The query; ``notes`` are remarks for a person, such as that it was cut.

    ``filters`` holds the values of each key, of negated ones behind a minus (``-type``); ``explained`` comes if asked.
    """

    text: Annotated[str, Meta(examples=["dog on the beach"])]
    filters: dict[str, list[str]] = {}
    notes: list[str] = []
    explained: ExplainedBody | UnsetType = UNSET


class HitBody(_Body, frozen=True, kw_only=True):
    """A photo that was found; ``path`` is its preferred file, ``copies`` the number of its files."""

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
    state: PhotoState


class SearchBody(_Body, frozen=True, kw_only=True):
    """``GET`` and ``POST /search``, ``GET /photos/{id}/similar``.

    Best first; a query of filters alone lists what they let through, newest first, with score 0 and relevance 1.
    """

    query: QueryBody
    model: ModelName
    took_ms: Annotated[float, Meta(examples=[12.3])]
    good_matches: int
    photos: list[HitBody]
    next_cursor: str | None


class FormBody(_Body, frozen=True, kw_only=True):
    """A part of the query grammar, with whole queries as examples."""

    form: Annotated[str, Meta(examples=["- words"])]
    meaning: Annotated[str, Meta(examples=["Takes them away."])]
    examples: list[str]


class FilterKeyBody(_Body, frozen=True, kw_only=True):
    """A key of ``key:value``, with whole queries as examples."""

    key: Annotated[str, Meta(examples=["folder"])]
    meaning: Annotated[str, Meta(examples=["Lies in such a folder, at any depth."])]
    examples: list[str]


class GrammarBody(_Body, frozen=True, kw_only=True):
    """``GET /grammar``: what a query may hold."""

    forms: list[FormBody]
    keys: list[FilterKeyBody]


class PlaceBody(_Body, frozen=True, kw_only=True):
    """A file that holds a photo."""

    path: PathText
    path_bytes: str | UnsetType = UNSET
    folder_id: int
    state: PhotoState
    modified_at: Moment


class PhotoBody(_Body, frozen=True, kw_only=True):
    """``GET /photos/{id}``: all that is known; ``utc_offset`` (``+02:00``) belongs to ``taken_at``."""

    id: PhotoIdAnswer
    path: PathText
    path_bytes: str | UnsetType = UNSET
    name: NameText
    folder_id: int
    format: Annotated[str, Meta(examples=["JPEG"])]
    width: Width
    height: Height
    taken_at: LocalTime
    taken_from: TakenFrom = ""
    utc_offset: Annotated[str, Meta(examples=["+02:00"])]
    camera: CameraText
    lens: str
    latitude: float | None
    longitude: float | None
    size_bytes: SizeBytes
    copies: int
    state: PhotoState
    paths: list[PlaceBody]


class AdditionBody(_Body, frozen=True, kw_only=True):
    """What became of a file that was sent.

    ``id`` and ``path`` are the photo's that was added or was there already; they are empty where it was rejected,
    and ``reason`` says why.
    """

    name: str
    status: Literal["added", "duplicate", "rejected"]
    id: str
    path: str
    path_bytes: str | UnsetType = UNSET
    reason: str


class AdditionsBody(_Body, frozen=True, kw_only=True):
    """``POST /photos``: the files in the order in which they were sent; ``wait_for=seq`` waits for them."""

    files: list[AdditionBody]
    seq: Seq = 0


class FileBody(_Body, frozen=True, kw_only=True):
    """A file in the list of all; ``id`` is its photo's."""

    id: PhotoIdAnswer
    path: PathText
    path_bytes: str | UnsetType = UNSET
    folder_id: int
    state: PhotoState
    size_bytes: SizeBytes


class FilesBody(_Body, frozen=True, kw_only=True):
    """``GET /photos``."""

    photos: list[FileBody]
    next_cursor: str | None


class FolderBody(_Body, frozen=True, kw_only=True):
    """A watched folder; ``photos`` counts its files, offline ones included, ``missing`` those gone at once and kept."""

    id: int
    path: PathText
    path_bytes: str | UnsetType = UNSET
    state: Literal["watching", "polling", "scanning", "offline"]
    photos: int
    missing: int = 0
    last_scan: Moment
    note: str


class OpenedBody(_Body, frozen=True, kw_only=True):
    """``POST /photos/{id}/open`` and ``/reveal``: the file that the desktop took."""

    path: str
    path_bytes: str | UnsetType = UNSET


class NewFolderBody(FolderBody, frozen=True, kw_only=True):
    """``POST /folders``; ``wait_for=seq`` waits until it has been taken in."""

    seq: Seq


class FoldersBody(_Body, frozen=True, kw_only=True):
    """``GET /folders``; ``suggested`` is the person's pictures folder, where that isn't watched yet, else ``""``."""

    folders: list[FolderBody]
    suggested: str = ""


class RemovedBody(_Body, frozen=True, kw_only=True):
    """``DELETE /folders/{id}``: the id of what is gone."""

    removed: int


class LetGoBody(_Body, frozen=True, kw_only=True):
    """``POST /folders/{id}/confirm-missing``: how many files were let go."""

    let_go: int


class ModelBody(_Body, frozen=True, kw_only=True):
    """The model in use; ``dim`` is 0 while unknown."""

    name: ModelName
    state: Literal["ready", "loading", "downloading", "unloaded", "failed"]
    dim: Annotated[int, Meta(examples=[768])]
    note: str


class IndexingBody(_Body, frozen=True, kw_only=True):
    """How far the indexing is."""

    state: Literal["idle", "scanning", "indexing", "paused"]
    done: int
    total: int
    per_s: float
    eta_s: float | None
    note: str


class CountsBody(_Body, frozen=True, kw_only=True):
    """The numbers; ``photos`` counts files, ``contents`` distinct MD5s."""

    photos: int
    contents: int
    vectors: int
    waiting: int
    problems: int


class StatusBody(_Body, frozen=True, kw_only=True):
    """``GET /status``."""

    version: Annotated[str, Meta(examples=["0.1.0"])]
    model: ModelBody
    indexing: IndexingBody
    counts: CountsBody
    folders: list[FolderBody]
    notes: list[str] = []
    seq: Seq = 0


class IndexingAnswerBody(_Body, frozen=True, kw_only=True):
    """``POST /indexing``: how the indexing is after it; ``wait_for=seq`` waits for what a rescan finds."""

    indexing: IndexingBody
    seq: Seq = 0


class AutostartBody(_Body, frozen=True, kw_only=True):
    """``GET /autostart``, ``POST /autostart``: whether photoseek starts at login, by what, and what is odd about it."""

    installed: bool
    how: Literal["systemd", "xdg", "launchd", "task"]
    note: str


class LinkBody(_Body, frozen=True, kw_only=True):
    """``POST /links``: an address for one page, and a private file that leads there; both are good for ``lasts_s``."""

    url: LinkUrl
    file: LinkFile
    lasts_s: float


class KeyBody(_Body, frozen=True, kw_only=True):
    """``POST /keys``: what the page shows from now on instead of a token."""

    key: str


class RenewedBody(_Body, frozen=True, kw_only=True):
    """``POST /token/renew``; the new one lies in the token file."""

    renewed: bool = True


class ProblemBody(_Body, frozen=True, kw_only=True):
    """A file that could not be indexed and why."""

    path: FolderPath
    path_bytes: str | UnsetType = UNSET
    reason: Annotated[str, Meta(examples=["It is cut off."])]
    seen_at: Moment


class ProblemsBody(_Body, frozen=True, kw_only=True):
    """``GET /problems``."""

    problems: list[ProblemBody]
    next_cursor: str | None


class RetriedBody(_Body, frozen=True, kw_only=True):
    """``POST /problems/retry``: how many files are tried again; ``wait_for=seq`` waits for them."""

    retried: int
    seq: Seq = 0


class ModelInfoBody(_Body, frozen=True, kw_only=True):
    """A model that can be chosen; ``size_mb`` is 0 where unknown."""

    name: ModelName
    languages: Annotated[str, Meta(examples=["English"])]
    size_mb: int
    good_at: str
    on_disk: bool
    in_use: bool


class ModelsBody(_Body, frozen=True, kw_only=True):
    """``GET /models``."""

    models: list[ModelInfoBody]


class EventsParameters(_Request, frozen=True, kw_only=True):
    """``GET /events``; ``seconds`` ends it: with 0 it tells what there is and ends."""

    seconds: Annotated[float, Meta(ge=0, le=86400)] | UnsetType = UNSET


class ProgressEventBody(_Body, frozen=True, kw_only=True):
    """Event ``progress``: how far the indexing is now."""

    seq: Seq
    indexing: IndexingBody
    counts: CountsBody


class PhotoEventBody(_Body, frozen=True, kw_only=True):
    """Event ``photo``: photos that can be found now and could not before, and those that can't any more.

    Of very many only the first are named: ``added`` is shorter than ``added_count`` then.
    """

    seq: Seq
    added: list[PhotoIdAnswer]
    removed: list[PhotoIdAnswer]
    added_count: int
    removed_count: int


class FolderEventBody(_Body, frozen=True, kw_only=True):
    """Event ``folder``: all watched folders as they are now."""

    seq: Seq
    folders: list[FolderBody]


class StatusEventBody(_Body, frozen=True, kw_only=True):
    """Event ``status``: model and notes; ``reset``: events are missing, so ask anew for what you show of the photos."""

    seq: Seq
    version: Annotated[str, Meta(examples=["0.1.0"])]
    model: ModelBody
    notes: list[str]
    reset: bool


EVENTS: dict[str, type[msgspec.Struct]] = {
    "progress": ProgressEventBody,
    "photo": PhotoEventBody,
    "folder": FolderEventBody,
    "status": StatusEventBody,
}


def real_path(body: HitBody | PhotoBody | PlaceBody | FileBody | FolderBody | ProblemBody) -> bytes:
    """The path of a shape as the system has it; for those who read answers."""
    return base64.b64decode(body.path_bytes) if isinstance(body.path_bytes, str) else body.path.encode("utf-8")
