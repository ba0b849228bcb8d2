"""The shapes of the way in for a page, of the token, and of the start at login.

Offered by ``wire``; pure; any thread.
"""

from typing import Literal

from photoseek.api.values import CodeText, LinkFile, LinkQuery, LinkUrl
from photoseek.api.wire.shapes import Body, Request


class KeyRequest(Request, frozen=True, kw_only=True):
    """``POST /keys``; the code stands behind ``#code=`` in the address of a link."""

    code: CodeText


class LinkParameters(Request, frozen=True, kw_only=True):
    """``POST /links``: where the page shall begin, as its own address says it: with a search, or with a view."""

    q: LinkQuery = ""
    view: Literal["", "settings", "problems"] = ""


class LinkBody(Body, frozen=True, kw_only=True):
    """``POST /links``: an address for one page, and a private file that leads there; both are good for ``lasts_s``."""

    url: LinkUrl
    file: LinkFile
    lasts_s: float


class KeyBody(Body, frozen=True, kw_only=True):
    """``POST /keys``: what the page shows from now on instead of a token."""

    key: str


class TokenBody(Body, frozen=True, kw_only=True):
    """``GET /token``: what lies in the token file."""

    token: str


class RenewedBody(Body, frozen=True, kw_only=True):
    """``POST /token/renew``; the new one lies in the token file."""

    renewed: bool = True


class AutostartRequest(Request, frozen=True, kw_only=True):
    """``POST /autostart``: whether photoseek shall start when the person logs in."""

    installed: bool


class AutostartBody(Body, frozen=True, kw_only=True):
    """``GET /autostart``, ``POST /autostart``: whether photoseek starts at login, by what, and what is odd about it."""

    installed: bool
    how: Literal["systemd", "xdg", "launchd", "task"]
    note: str
