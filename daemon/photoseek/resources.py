"""Where the data that photoseek comes with lies: inside the installed package, or in the checkout while developing.

Used by ``service`` and ``autostart``. Any thread.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def webui_folder() -> Path:
    """The folder of the web page's files."""
    return _find("webui")


def autostart_folder() -> Path:
    """The folder of the templates for what starts photoseek at login."""
    return _find("autostart", "packaging")


def _find(name: str, *above: str) -> Path:
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parents[1].joinpath(*above, name)
