"""The web page: its files, read once, each at an address of its own.

No address is ever turned into a path: what isn't in the table isn't there. Read by ``service`` at the start, served
by the server. The files hold no private data and are open to whoever the guard lets near: the page shows what it was
given a key for.
"""

import gzip
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiohttp import web

from photoseek.api.sending import SECURITY_HEADERS

log = logging.getLogger(__name__)

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_HEADERS = SECURITY_HEADERS | {
    "Cache-Control": "no-cache",
    # Nothing from elsewhere, nothing inline, no text that becomes code; blob: is how a page shows what it fetched.
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    ),
    # Whoever opened the page from elsewhere holds no window of it.
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the page.

    Attributes:
        path: Its address, such as ``/app.js``; the page itself is ``/``.
        media_type: Such as ``text/javascript``.
        body: All of it.
    """

    path: str
    media_type: str
    body: bytes


def read_page(folder: Path) -> list[PageFile]:
    """The files of the page that lie in ``folder`` itself; files of other kinds are left out."""
    files = [path for path in sorted(folder.glob("*")) if path.suffix in _TYPES and path.is_file()]
    if not files:
        log.warning("the files of the page are missing: photoseek is not installed as a whole")
    return [_read(path) for path in files]


def _read(path: Path) -> PageFile:
    name = "" if path.name == "index.html" else path.name
    return PageFile(f"/{name}", _TYPES[path.suffix], path.read_bytes())


def page_routes(files: Sequence[PageFile]) -> list[web.RouteDef]:
    """The table, for aiohttp."""
    return [web.get(file.path, _Sender(file).send) for file in files]


class _Sender:
    def __init__(self, file: PageFile) -> None:
        self._file = file
        self._etag = hashlib.sha256(file.body).hexdigest()[:32]

    @cached_property
    def _packed(self) -> bytes:
        """When it is asked for: packing all files would be a twentieth of the daemon's start."""
        return gzip.compress(self._file.body, mtime=0)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """The file, packed where that is understood, or 304 to whoever has it already."""
        packs = "gzip" in request.headers.get("Accept-Encoding", "")
        etag = f"{self._etag}-packed" if packs else self._etag
        headers = _HEADERS | {"ETag": f'"{etag}"', "Vary": "Accept-Encoding"}
        if any(tag.value in (etag, "*") for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        if packs:
            headers["Content-Encoding"] = "gzip"
        body = self._packed if packs else self._file.body
        return web.Response(body=body, content_type=self._file.media_type, charset="utf-8", headers=headers)
