"""The HTTP API on loopback: the only way in, for the page, the tray, the command line and scripts.

``serve`` and ``read_page`` are the server, for ``service``; ``wire`` is the JSON shapes, for ``client`` and ``cli``.
The server is imported when it is asked for, so that a command line that wants the shapes doesn't load a web server.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoseek.api.login import StartsAtLogin
    from photoseek.api.page import read_page
    from photoseek.api.routes import ApiLibrary
    from photoseek.api.server import serve

__all__ = ["ApiLibrary", "StartsAtLogin", "read_page", "serve"]
_HOMES = {"ApiLibrary": "routes", "StartsAtLogin": "login", "read_page": "page", "serve": "server"}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        import_module("photoseek.loopback")  # before whatever imports aiohttp
        return getattr(import_module(f"photoseek.api.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
