"""A file of ours in a folder where the system looks at each login. Used by the ways that are such files; any thread."""

from pathlib import Path
from string import Template

from photoseek import durable
from photoseek.errors import AutostartError
from photoseek.resources import autostart_folder

_MARK = "photoseek autostart install"


def fill_template(name: str, **parts: str) -> str:
    """A template that photoseek comes with, filled."""
    return Template((autostart_folder() / name).read_text("utf-8")).substitute(parts)


def is_ours(text: str) -> bool:
    """Whether photoseek has written this."""
    return _MARK in text


class UnitFile:
    """The file.

    Args:
        path: Where it lies, or shall lie.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str | None:
        """What is in it; None where there is no file."""
        try:
            return self.path.read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return None

    def write(self, text: str) -> None:
        """Put it there, unless it is there already.

        Raises:
            AutostartError: Another one stands there, which a person has made.
        """
        old = self.read()
        if old == text:
            return
        if old is not None and not is_ours(old):
            raise AutostartError(
                f"There is a file of another kind: {self.path}", "Move it away if you don't need it, then try again."
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        durable.write(self.path, text.encode("utf-8"), mode=0o644)

    def remove(self) -> bool:
        """Take it away if it is ours; whether it was."""
        text = self.read()
        if text is None or not is_ours(text):
            return False
        self.path.unlink()
        durable.sync_folder(self.path.parent)
        return True

    def judge(self, wanted: str) -> tuple[bool, str]:
        """Whether a file of ours is there, and what is odd about what is there."""
        text = self.read()
        if text is None:
            return False, ""
        if not is_ours(text):
            return False, f"{self.path} was not made by photoseek; it is left alone."
        return True, "" if text == wanted else OUTDATED


OUTDATED = "It was made by another version, or for other paths: `photoseek autostart install` renews it."
