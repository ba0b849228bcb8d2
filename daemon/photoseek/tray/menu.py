"""What the tray shows of what it knows: icon, state in words, menu. Pure; any thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from photoseek.api.wire import StatusBody
from photoseek.tray.sight import Entry, Mood, Sight, Wish
from photoseek.tray.texts import TrayTexts

_LONGEST_LABEL, _LONGEST_LINE = 40, 120


@dataclass(frozen=True)
class Known:
    """What the tray knows.

    Attributes:
        status: What the daemon does; None while none answers.
        hangs: There is one, and it doesn't answer.
        starting: A daemon is being started.
        owned: Quitting stops the daemon, since the tray, or who started the tray, has started it.
        at_login: Whether photoseek starts at login; None while that is not known.
        recent: The last searches, newest first.
        said: What the desktop would not say as a message; the menu does, until something else is asked for.
    """

    status: StatusBody | None = None
    hangs: bool = False
    starting: bool = False
    owned: bool = False
    at_login: bool | None = None
    recent: tuple[str, ...] = ()
    said: str = ""


def look(known: Known, texts: TrayTexts) -> Sight:
    """What is shown of it."""
    lines = tuple(_lines(known, texts))
    return Sight(_mood(known), lines, tuple(_menu(known, lines, texts)))


def _mood(known: Known) -> Mood:
    status = known.status
    if status is None:
        return "busy" if known.starting else "trouble"
    if status.model.state == "failed" or status.notes:
        return "trouble"
    match status.indexing.state:
        case "paused":
            return "paused"
        case "idle":
            return "trouble" if any(folder.state == "offline" for folder in status.folders) else "idle"
        case _:
            return "busy"


def _lines(known: Known, texts: TrayTexts) -> Iterator[str]:
    status = known.status
    if known.said:
        yield _short(known.said, _LONGEST_LINE)
    if status is None:
        yield texts.starting if known.starting else texts.hangs if known.hangs else texts.gone
        return
    yield " · ".join(_doing(status, texts))
    if status.model.state == "failed":
        yield texts.no_model
    yield from (_short(note, _LONGEST_LINE) for note in status.notes)
    away = [PurePath(folder.path).name or folder.path for folder in status.folders if folder.state == "offline"]
    if away:
        yield texts.offline.format(", ".join(map(_short, away)))


def _doing(status: StatusBody, texts: TrayTexts) -> Iterator[str]:
    indexing = status.indexing
    working = indexing.state in {"scanning", "indexing"}
    if working and status.model.state == "downloading":
        yield texts.downloading
    elif indexing.state == "indexing" and indexing.total:
        yield texts.indexing.format(texts.number(indexing.done), texts.number(indexing.total))
        if indexing.eta_s is not None:
            yield _duration(indexing.eta_s)
    elif working:
        yield texts.scanning
    elif indexing.state == "paused":
        yield texts.paused
    else:
        yield texts.watching(sum(folder.state != "offline" for folder in status.folders) if status.folders else 0)


def _duration(seconds: float) -> str:
    """``40 s``, ``6 min``, ``2 h``: as exact as an estimate is."""
    if seconds < 60:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.0f} h"


def _menu(known: Known, lines: tuple[str, ...], texts: TrayTexts) -> Iterator[Entry]:
    status = known.status
    if status is not None:
        yield Entry("quick", texts.quick, Wish("quick"))
        yield Entry("recent", texts.recent, entries=tuple(_recent(known.recent, texts)))
        yield Entry("open", texts.open, Wish("open"))
        yield Entry("line 1")
    for number, line in enumerate(lines):
        yield Entry(f"state {number}", line)
    if status is None:
        if not known.starting and not known.hangs:
            yield Entry("start", texts.start, Wish("start"))
    else:
        paused = status.indexing.state == "paused"
        yield Entry("pause", texts.resume if paused else texts.pause, Wish("resume" if paused else "pause"))
        yield Entry("add folder", texts.add_folder, Wish("add_folder"))
        if status.counts.problems:
            yield Entry("problems", texts.problems.format(texts.number(status.counts.problems)), Wish("problems"))
    yield Entry("line 2")
    if known.at_login is not None:
        yield Entry("login", texts.login, Wish("login"), checked=known.at_login)
    yield Entry("quit", texts.quit if known.owned or status is None else texts.quit_icon, Wish("quit"))


def _recent(recent: tuple[str, ...], texts: TrayTexts) -> Iterator[Entry]:
    if not recent:
        yield Entry("recent none", texts.no_recent)
        return
    for number, words in enumerate(recent):
        yield Entry(f"recent {number}", _short(words), Wish("search", words))
    yield Entry("recent line")
    yield Entry("forget", texts.forget, Wish("forget"))


def _short(text: str, longest: int = _LONGEST_LABEL) -> str:
    """On one line of bearable length; an empty one would be a line between entries."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split()) or "?"
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"
