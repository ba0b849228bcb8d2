"""Where the data that photoseek comes with lies: inside the installed package, or in the checkout while developing.

Used by ``service``. Any thread.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def webui_folder() -> Path:
    """The folder of the web page's files."""
    installed = _PACKAGE / "_data" / "webui"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "webui"
