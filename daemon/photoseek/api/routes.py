"""All routes of the API, one declaration each: the server serves this table, ``openapi`` describes it.

Called once by the server. A new route is one ``Route`` here and a method that takes ``Asked[parameters, body]``,
with shapes of ``wire``; the table in API.md names it too.
"""

from photoseek.api import wire
from photoseek.api.crowd import Crowd
from photoseek.api.entrance import Entrance
from photoseek.api.handlers import Handlers
from photoseek.api.live import EVENT_STREAM, Live
from photoseek.api.login import Login
from photoseek.api.metrics import METRICS_TEXT, Metrics
from photoseek.api.models import ModelRoutes
from photoseek.api.openapi import Document
from photoseek.api.routing import JSON, Answer, Route, json
from photoseek.api.values import FolderNumber, PhotoIdText

_API = "/api/v1"
# Under way and waiting, of all clients together. One search takes milliseconds: a queue like that is no person's.
_MOST_SEARCHES = 64
# Each holds room on the disk; what one has sent is dealt with file by file.
_MOST_UPLOADS = 8
_KEPT = {"ETag": "Names this very picture.", "Cache-Control": "It may be kept for ever where it has an ETag."}
_CACHE = {"If-None-Match": "The ETag of what you have."}
_RANGE = {"Range": "One range of bytes; others are ignored.", "If-Range": "The ETag that the range belongs to."}
_PART = {"Accept-Ranges": "Always bytes.", "Content-Disposition": "The file's own name."}
_WHICH = {"Content-Range": "Which bytes these are."}
_PICTURES = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/bmp",
    "image/webp",
    "image/tiff",
    "image/heif",
    "image/avif",
    "application/octet-stream",
)


_STREAM = """Server-sent events. First the state as it is: `status`, `folder`, `progress`; then what changes, four times
a second at most. `photo` tells of those photos that changed, once they can be searched; the others tell all of what
they are about. A client that reads slowly gets the present state and the sum of what it missed; where that is no
longer known, a `status` with `reset`. A comment comes at least every 15 seconds."""


def make_routes(
    handlers: Handlers, models: ModelRoutes, login: Login, entrance: Entrance, live: Live, metrics: Metrics
) -> list[Route]:
    """The table."""
    table = [_health(handlers), *_searching(handlers), *_photos(handlers), *_folders(handlers), *_work(handlers)]
    table += [*_models(models), *_login(login), *_entering(entrance), _events(live)]
    figures = Answer("In the text form of Prometheus.", media=(METRICS_TEXT,))
    table.append(Route("GET", "/metrics", metrics.tell_figures, "Tells figures for Prometheus.", {200: figures}))
    described = Answer("OpenAPI 3.1.", media=(JSON,))
    table.append(
        Route("GET", f"{_API}/openapi.json", Document(table).describe_api, "Describes the API.", {200: described})
    )
    return table


def _health(handlers: Handlers) -> Route:
    return Route(
        "GET", "/healthz", handlers.health, "Says that photoseek listens.", {200: json(wire.HealthBody)}, open=True
    )


def _searching(handlers: Handlers) -> list[Route]:
    found = {200: json(wire.SearchBody, "The photos that fit best, a page of them.")}
    errors = ("bad_query", "not_found", "not_indexed", "no_model", "not_yet")
    crowd = Crowd(_MOST_SEARCHES, "Too many searches are waiting.")
    return [
        Route("GET", f"{_API}/search", handlers.search, "Finds photos by words.", found, errors, crowd=crowd),
        Route(
            "POST",
            f"{_API}/search",
            handlers.search_by_body,
            "Finds photos by words, by examples, or by a picture that is sent.",
            found,
            (*errors, "bad_picture", "decoders", "no_room"),
            form=wire.PictureForm,
            crowd=crowd,
        ),
        Route(
            "GET",
            f"{_API}/photos/{{id}}/similar",
            handlers.similar,
            "Finds photos like this one.",
            found,
            errors,
            id_type=PhotoIdText,
            crowd=crowd,
        ),
        Route("GET", f"{_API}/grammar", handlers.grammar, "Explains queries.", {200: json(wire.GrammarBody)}),
    ]


def _photos(handlers: Handlers) -> list[Route]:
    one = f"{_API}/photos/{{id}}"
    unchanged = Answer("What you have is still right.", headers=_KEPT)
    drawn = Answer("A JPEG.", media=("image/jpeg",), headers=_KEPT)
    drawn_part = Answer("A part of it.", media=("image/jpeg",), headers=_KEPT | _WHICH)
    return [
        Route("GET", f"{_API}/photos", handlers.files, "Lists every file.", {200: json(wire.FilesBody)}),
        Route(
            "GET",
            f"{_API}/duplicates",
            handlers.duplicates,
            "Lists photos of which there is more than one.",
            {200: json(wire.DuplicatesBody)},
        ),
        Route(
            "POST",
            f"{_API}/photos",
            handlers.add_photos,
            "Adds pictures: those that are new are saved in the uploads folder.",
            {200: json(wire.AdditionsBody, "What became of each file, also where all were rejected.")},
            ("decoders", "no_room"),
            form=wire.PhotosForm,
            crowd=Crowd(_MOST_UPLOADS, "Too many forms with files are coming in."),
        ),
        Route(
            "GET",
            one,
            handlers.photo,
            "Tells all that is known of a photo.",
            {200: json(wire.PhotoBody)},
            id_type=PhotoIdText,
        ),
        Route(
            "GET",
            f"{one}/thumbnail",
            handlers.thumbnail,
            "Draws a photo small.",
            {200: drawn, 206: drawn_part, 304: unchanged},
            ("bad_range", "bad_picture", "busy", "decoders", "no_room"),
            id_type=PhotoIdText,
            headers=_CACHE | _RANGE,
        ),
        Route(
            "GET",
            f"{one}/file",
            handlers.file,
            "Sends the picture as it lies on the disk.",
            {
                200: Answer("The file.", media=_PICTURES, headers=_KEPT | _PART),
                206: Answer("A part of it.", media=_PICTURES, headers=_KEPT | _PART | _WHICH),
                304: unchanged,
            },
            ("bad_range",),
            id_type=PhotoIdText,
            headers=_CACHE | _RANGE,
        ),
        Route(
            "POST",
            f"{one}/open",
            handlers.open_photo,
            "Opens a file of the photo with its program, on this computer's screen.",
            {200: json(wire.OpenedBody)},
            ("no_desktop",),
            id_type=PhotoIdText,
        ),
        Route(
            "POST",
            f"{one}/reveal",
            handlers.show_photo,
            "Shows a file of the photo in its folder, on this computer's screen.",
            {200: json(wire.OpenedBody)},
            ("no_desktop",),
            id_type=PhotoIdText,
        ),
    ]


def _folders(handlers: Handlers) -> list[Route]:
    all_, one = f"{_API}/folders", f"{_API}/folders/{{id}}"
    added = json(wire.NewFolderBody, "It is watched from now on.")
    return [
        Route("GET", all_, handlers.folders, "Lists the watched folders.", {200: json(wire.FoldersBody)}),
        Route("POST", all_, handlers.add_folder, "Watches a folder.", {201: added}, ("bad_folder",)),
        Route(
            "DELETE",
            one,
            handlers.remove_folder,
            "Watches a folder no more.",
            {200: json(wire.RemovedBody)},
            id_type=FolderNumber,
        ),
        Route(
            "POST",
            f"{one}/confirm-missing",
            handlers.confirm_missing,
            "Lets go of files that were gone at once.",
            {200: json(wire.LetGoBody)},
            ("doubt",),
            id_type=FolderNumber,
        ),
    ]


def _work(handlers: Handlers) -> list[Route]:
    problems = f"{_API}/problems"
    return [
        Route("GET", f"{_API}/status", handlers.status, "Says what photoseek is doing.", {200: json(wire.StatusBody)}),
        Route(
            "POST", f"{_API}/indexing", handlers.indexing, "Steers the indexing.", {200: json(wire.IndexingAnswerBody)}
        ),
        Route("GET", problems, handlers.problems, "Lists the problems.", {200: json(wire.ProblemsBody)}),
        Route("POST", f"{problems}/retry", handlers.retry_problems, "Tries them again.", {200: json(wire.RetriedBody)}),
    ]


def _models(models: ModelRoutes) -> list[Route]:
    path, told = f"{_API}/models", {200: json(wire.ModelsBody)}
    unusable, doubtful = ("unusable_model", "bad_settings"), ("not_found", "doubt")
    forgotten = {200: json(wire.ForgottenBody)}
    return [
        Route("GET", path, models.models, "Lists the models.", told),
        Route("POST", f"{path}/use", models.use_model, "Lets another model answer, once it is ready.", told, unusable),
        Route("POST", f"{path}/forget", models.forget_model, "Forgets what a model made.", forgotten, doubtful),
    ]


def _login(login: Login) -> list[Route]:
    path, told = f"{_API}/autostart", {200: json(wire.AutostartBody)}
    errors = ("no_autostart",)
    return [
        Route("GET", path, login.autostart, "Says whether photoseek starts at login.", told, errors),
        Route("POST", path, login.set_autostart, "Has photoseek start at login, or no more.", told, errors),
    ]


def _entering(entrance: Entrance) -> list[Route]:
    link = json(wire.LinkBody, "A link that lets a page in once.")
    key = json(wire.KeyBody, "A key for the page; it fits as long as the token does.")
    renewed = json(wire.RenewedBody, "The one before and the keys of all pages fit no more.")
    return [
        Route("POST", f"{_API}/links", entrance.make_link, "Makes a link to the page.", {201: link}),
        Route(
            "POST",
            f"{_API}/keys",
            entrance.exchange,
            "Lets a page in that shows the code of a link.",
            {201: key},
            ("bad_link",),
            open=True,
        ),
        Route("GET", f"{_API}/token", entrance.tell_token, "Tells the token.", {200: json(wire.TokenBody)}),
        Route("POST", f"{_API}/token/renew", entrance.renew_token, "Makes a new token.", {200: renewed}),
    ]


def _events(live: Live) -> Route:
    return Route(
        "GET",
        f"{_API}/events",
        live.events,
        "Tells what changes, as it happens.",
        {200: Answer(_STREAM, media=(EVENT_STREAM,), events=wire.EVENTS)},
        ("busy",),
        headers={"Last-Event-ID": "The id of the last event that was heard: go on from there."},
    )
