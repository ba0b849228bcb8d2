"""Every way in which the API says no: errors with their HTTP status, and the one JSON shape for all of them.

Used by the guard, the routes and the server. Pure; any thread.
"""

from collections.abc import Mapping

from aiohttp import web

from photoseek.api.answers import error_body
from photoseek.api.sending import BadRangeError, json_answer
from photoseek.errors import PhotoseekError

# The HTTP status of each error code; a code that isn't here is our own fault, as ``internal`` is.
STATUS = {
    "bad_request": 400,
    "bad_query": 400,
    "bad_folder": 400,
    "unauthorized": 401,
    "foreign_origin": 403,
    "bad_link": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_slow": 408,
    "doubt": 409,
    "not_indexed": 409,
    "not_yet": 409,
    "unusable_model": 409,
    "bad_settings": 409,
    "too_large": 413,
    "not_json": 415,
    "bad_range": 416,
    "expectation_failed": 417,
    "wrong_host": 421,
    "bad_picture": 422,
    "busy": 429,
    "internal": 500,
    "crowded": 503,
    "no_model": 503,
    "no_desktop": 503,
    "no_autostart": 503,
    "catalogue": 503,
    "decoders": 503,
    "no_room": 507,
}

# Those that are over after a while: the answer says when to ask again.
_PASSING = frozenset({"busy", "crowded", "not_yet"})

# What each of them means, for those who write programs.
MEANINGS = {
    "bad_request": "A parameter, the body or the request itself can't be.",
    "bad_query": "The query or its cursor can't be understood.",
    "bad_folder": "The folder can't be watched.",
    "unauthorized": "The token is missing or wrong.",
    "bad_link": "The link was used, or is older than a minute.",
    "foreign_origin": "Another site asked.",
    "not_found": "There is no such address, photo, folder or picture.",
    "method_not_allowed": "This address doesn't take this method.",
    "too_slow": "The body took too long to come.",
    "doubt": "The files may not be gone.",
    "not_indexed": "The photo is known, but can't be compared with others yet.",
    "not_yet": "What wait_for asks for can't be searched yet.",
    "unusable_model": "The model can't be had.",
    "bad_settings": "The settings can't be changed.",
    "too_large": "The body is too large.",
    "not_json": "The body is not of a type that is taken here.",
    "bad_range": "The range begins behind the end of the file.",
    "expectation_failed": "Only 'Expect: 100-continue' is known.",
    "wrong_host": "Another host was asked for.",
    "bad_picture": "The picture can't be read.",
    "busy": "Too much is being asked for at once; Retry-After says when to ask again.",
    "internal": "photoseek itself failed; the log says more.",
    "no_autostart": "What starts photoseek at login can't be set up or taken away.",
    "no_desktop": "The person's desktop doesn't take the file.",
    "crowded": "There are too many connections.",
    "no_model": "There is no model to answer with at present.",
    "catalogue": "The catalogue can't be used at present.",
    "decoders": "Pictures can't be decoded at present.",
    "no_room": "The disk is full or can't be written to.",
}

# What aiohttp itself refuses: code, message, hint.
_AIOHTTP = {
    404: ("not_found", "There is nothing at this address.", "GET /api/v1/openapi.json lists the routes."),
    405: ("method_not_allowed", "This address doesn't take this method.", "The Allow header lists those it takes."),
    413: ("too_large", "The body is larger than 64 KiB.", "Send less."),
    417: ("expectation_failed", "Only 'Expect: 100-continue' is known.", "Leave the Expect header out."),
}


class RefusedError(PhotoseekError):
    """A request that the API refuses by itself.

    Attributes:
        headers: That the answer carries besides the usual ones.
    """

    def __init__(self, code: str, message: str, hint: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message, hint)
        self.code = code
        self.headers = dict(headers or {})


def bad_request(message: str, hint: str = "") -> RefusedError:
    """A request whose parameters or body can't be."""
    return RefusedError("bad_request", message, hint)


def refusal(error: PhotoseekError) -> web.Response:
    """The answer that tells of an error."""
    headers = dict(error.headers) if isinstance(error, RefusedError | BadRangeError) else {}
    if error.code in _PASSING:
        headers |= {"Retry-After": "2"}
    return json_answer(error_body(error), STATUS.get(error.code, 500), headers)


def internal_error() -> web.Response:
    """The answer where photoseek itself failed; what happened stands in the log only."""
    message = "Something in photoseek went wrong."
    return refusal(RefusedError("internal", message, "The log says more: photoseek.log in the data dir."))


def malformed() -> web.Response:
    """The answer to what is no HTTP; it ends the connection, since nobody knows where the next request begins."""
    answer = refusal(bad_request("The request is not well-formed HTTP, or its address or headers are too long."))
    answer.force_close()
    return answer


def crowded() -> bytes:
    """What a connection hears that is one too many, before it has asked anything."""
    answer = refusal(RefusedError("crowded", "There are too many connections.", "Close some of them, or ask later."))
    assert isinstance(answer.body, bytes)
    headers = dict(answer.headers) | {"Content-Length": str(len(answer.body)), "Connection": "close"}
    lines = [f"HTTP/1.1 {answer.status} Service Unavailable", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + answer.body


def from_aiohttp(error: web.HTTPException) -> RefusedError:
    """An error of aiohttp's in our words; of its headers only Allow is kept."""
    usual = ("bad_request", "The request can't be answered.", "")
    code, message, hint = _AIOHTTP.get(error.status, usual)
    allow = error.headers.get("Allow")
    return RefusedError(code, message, hint, {"Allow": allow} if allow else {})
