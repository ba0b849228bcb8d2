"""All routes of the API, one declaration each: the server serves this table, ``openapi`` describes it.

Called once by the server. A new route is one ``Route`` here and a method that takes ``Asked[parameters, body]``,
with shapes of ``wire``; the table in API.md names it too.
"""

from functools import partial
from typing import Protocol

from photoseek.api import wire
from photoseek.api.crowd import Crowd
from photoseek.api.entrance import Entrance
from photoseek.api.folders import FolderLibrary, FolderRoutes
from photoseek.api.live import EVENT_STREAM, EventLibrary, Live
from photoseek.api.login import Login
from photoseek.api.metrics import METRICS_TEXT, Metrics
from photoseek.api.models import ModelLibrary, ModelRoutes
from photoseek.api.openapi import Document
from photoseek.api.photos import PhotoLibrary, PhotoRoutes
from photoseek.api.routing import JSON, Answer, Route, json
from photoseek.api.searching import SearchLibrary, SearchRoutes
from photoseek.api.sending import PICTURE_TYPES
from photoseek.api.status import StatusLibrary, StatusRoutes
from photoseek.api.values import FolderNumber, PhotoIdText
from photoseek.desktop import Desktop

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
_STREAM = """Server-sent events. First the state as it is: `status`, `folder`, `progress`; then what changes, four times
a second at most. `photo` tells of those photos that changed, once they can be searched; the others tell all of what
they are about. A client that reads slowly gets the present state and the sum of what it missed; where that is no
longer known, a `status` with `reset`. A comment comes at least every 15 seconds."""


class ApiLibrary(SearchLibrary, PhotoLibrary, FolderLibrary, StatusLibrary, ModelLibrary, EventLibrary, Protocol):
    """What the API needs of the library. All of it raises PhotoseekError."""


def make_routes(
    library: ApiLibrary, desktop: Desktop | None, login: Login, entrance: Entrance, live: Live, metrics: Metrics
) -> list[Route]:
    """The table."""
    photos = PhotoRoutes(library, desktop)
    table = [*_searching(SearchRoutes(library, metrics.note_search)), *_photos(photos), *_one_photo(photos)]
    table += [*_folders(FolderRoutes(library)), *_status(StatusRoutes(library)), *_models(ModelRoutes(library))]
    table += [*_login(login), *_entering(entrance), _events(live), _metrics(metrics)]
    described = {200: Answer("OpenAPI 3.1.", media=(JSON,))}
    table.append(Route("GET", f"{_API}/openapi.json", Document(table).describe_api, "Describes the API.", described))
    return table


def _searching(searches: SearchRoutes) -> list[Route]:
    found = {200: json(wire.SearchBody, "The photos that fit best, a page of them.")}
    errors = ("bad_query", "not_found", "not_indexed", "no_model", "not_yet")
    crowd = Crowd(_MOST_SEARCHES, "Too many searches are waiting.")
    return [
        Route("GET", f"{_API}/search", searches.search, "Finds photos by words.", found, errors, crowd=crowd),
        Route(
            "POST",
            f"{_API}/search",
            searches.search_by_body,
            "Finds photos by words, by examples, or by a picture that is sent.",
            found,
            (*errors, "bad_picture", "decoders", "no_room"),
            form=wire.PictureForm,
            crowd=crowd,
        ),
        Route(
            "GET",
            f"{_API}/photos/{{id}}/similar",
            searches.similar,
            "Finds photos like this one.",
            found,
            errors,
            id_type=PhotoIdText,
            crowd=crowd,
        ),
        Route("GET", f"{_API}/grammar", searches.grammar, "Explains queries.", {200: json(wire.GrammarBody)}),
    ]


def _photos(photos: PhotoRoutes) -> list[Route]:
    of_more_than_one, duplicates = "Lists photos of which there is more than one.", {200: json(wire.DuplicatesBody)}
    added = {200: json(wire.AdditionsBody, "What became of each file, also where all were rejected.")}
    return [
        Route("GET", f"{_API}/photos", photos.files, "Lists every file.", {200: json(wire.FilesBody)}),
        Route(
            "POST",
            f"{_API}/photos",
            photos.add_photos,
            "Adds pictures: those that are new are saved in the uploads folder.",
            added,
            ("decoders", "no_room"),
            form=wire.PhotosForm,
            crowd=Crowd(_MOST_UPLOADS, "Too many forms with files are coming in."),
        ),
        Route("GET", f"{_API}/duplicates", photos.duplicates, of_more_than_one, duplicates),
    ]


def _one_photo(photos: PhotoRoutes) -> list[Route]:
    route = partial(Route, id_type=PhotoIdText)
    path, told, opened = f"{_API}/photos/{{id}}", {200: json(wire.PhotoBody)}, {200: json(wire.OpenedBody)}
    opens = "Opens a file of the photo with its program, on this computer's screen."
    shows = "Shows a file of the photo in its folder, on this computer's screen."
    return [
        route("GET", path, photos.photo, "Tells all that is known of a photo.", told),
        route(
            "GET",
            f"{path}/thumbnail",
            photos.thumbnail,
            "Draws a photo small.",
            _picture("A JPEG.", ("image/jpeg",), _KEPT),
            ("bad_range", "bad_picture", "busy", "decoders", "no_room"),
            headers=_CACHE | _RANGE,
        ),
        route(
            "GET",
            f"{path}/file",
            photos.file,
            "Sends the picture as it lies on the disk.",
            _picture("The file.", PICTURE_TYPES, _KEPT | _PART),
            ("bad_range",),
            headers=_CACHE | _RANGE,
        ),
        route("POST", f"{path}/open", photos.open_photo, opens, opened, ("no_desktop",)),
        route("POST", f"{path}/reveal", photos.show_photo, shows, opened, ("no_desktop",)),
    ]


def _picture(whole: str, media: tuple[str, ...], headers: dict[str, str]) -> dict[int, Answer]:
    """The answers with a picture in them: whole, a part of it, or none because the client has it."""
    return {
        200: Answer(whole, media=media, headers=headers),
        206: Answer("A part of it.", media=media, headers=headers | _WHICH),
        304: Answer("What you have is still right.", headers=_KEPT),
    }


def _folders(folders: FolderRoutes) -> list[Route]:
    path, one = f"{_API}/folders", partial(Route, id_type=FolderNumber)
    added = {201: json(wire.NewFolderBody, "It is watched from now on.")}
    removed, let_go = {200: json(wire.RemovedBody)}, {200: json(wire.LetGoBody)}
    lets_go = "Lets go of files that were gone at once."
    return [
        Route("GET", path, folders.folders, "Lists the watched folders.", {200: json(wire.FoldersBody)}),
        Route("POST", path, folders.add_folder, "Watches a folder.", added, ("bad_folder",)),
        one("DELETE", f"{path}/{{id}}", folders.remove_folder, "Watches a folder no more.", removed),
        one("POST", f"{path}/{{id}}/confirm-missing", folders.confirm_missing, lets_go, let_go, ("doubt",)),
    ]


def _status(status: StatusRoutes) -> list[Route]:
    problems, steered = f"{_API}/problems", {200: json(wire.IndexingAnswerBody)}
    health = {200: json(wire.HealthBody)}
    return [
        Route("GET", "/healthz", status.health, "Says that photoseek listens.", health, open=True),
        Route("GET", f"{_API}/status", status.status, "Says what photoseek is doing.", {200: json(wire.StatusBody)}),
        Route("POST", f"{_API}/indexing", status.indexing, "Steers the indexing.", steered),
        Route("GET", problems, status.problems, "Lists the problems.", {200: json(wire.ProblemsBody)}),
        Route("POST", f"{problems}/retry", status.retry_problems, "Tries them again.", {200: json(wire.RetriedBody)}),
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
        Route("POST", f"{_API}/links", entrance.make_link, "Makes a link to the page.", {201: link}, ("no_room",)),
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
        Route("POST", f"{_API}/token/renew", entrance.renew_token, "Makes a new token.", {200: renewed}, ("no_room",)),
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


def _metrics(metrics: Metrics) -> Route:
    figures = {200: Answer("In the text form of Prometheus.", media=(METRICS_TEXT,))}
    return Route("GET", "/metrics", metrics.tell_figures, "Tells figures for Prometheus.", figures)
