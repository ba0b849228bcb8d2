"""The HTTP API on loopback: the only way in, for the page, the tray, the command line and scripts.

``serve`` and ``make_app`` are the server, for ``service``; ``wire`` is the JSON shapes, for ``client`` and ``cli`` too.
The server is imported when it is asked for, so that a command line that wants the shapes doesn't load a web server.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoseek.api.handlers import ApiLibrary
    from photoseek.api.server import make_app, serve

__all__ = ["ApiLibrary", "make_app", "serve"]


def __getattr__(name: str) -> object:
    if name == "ApiLibrary":
        from photoseek.api import handlers  # noqa: PLC0415 - see above

        return handlers.ApiLibrary
    if name in __all__:
        from photoseek.api import server  # noqa: PLC0415 - see above

        return getattr(server, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
