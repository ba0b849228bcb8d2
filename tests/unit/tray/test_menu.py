"""What the tray shows of what it knows: mood, words, menu."""

import msgspec
import pytest

from photoseek.api import wire
from photoseek.tray.following import renew
from photoseek.tray.menu import Known, look
from photoseek.tray.sight import Entry, Mood, Wish
from photoseek.tray.texts import ENGLISH, GERMAN

MODEL = wire.ModelBody(name="starter", state="ready", dim=384, note="")
COUNTS = wire.CountsBody(photos=3, contents=3, vectors=3, waiting=0, problems=0)


def folder(path: str, state: str = "watching") -> wire.FolderBody:
    facts = {"id": 1, "path": path, "state": state, "photos": 3, "last_scan": "", "note": ""}
    return msgspec.convert(facts, wire.FolderBody)


def indexing(state: str = "idle", done: int = 0, total: int = 0, eta_s: float | None = None) -> wire.IndexingBody:
    facts = {"state": state, "done": done, "total": total, "per_s": 0.0, "eta_s": eta_s, "note": ""}
    return msgspec.convert(facts, wire.IndexingBody)


def status(
    work: wire.IndexingBody | None = None,
    folders: tuple[wire.FolderBody, ...] = (folder("/home/me/Pictures"),),
    model: str = "ready",
    problems: int = 0,
    notes: tuple[str, ...] = (),
) -> wire.StatusBody:
    return wire.StatusBody(
        version="0.1.0",
        model=msgspec.convert(msgspec.to_builtins(MODEL) | {"state": model}, wire.ModelBody),
        indexing=work or indexing(),
        counts=msgspec.structs.replace(COUNTS, problems=problems),
        folders=list(folders),
        notes=list(notes),
    )


DISK = folder("/media/me/USB disk", "offline")


@pytest.mark.parametrize(
    ("known", "mood", "lines"),
    [
        (Known(), "trouble", ("photoseek isn't running",)),
        (Known(starting=True), "busy", ("photoseek is starting",)),
        (Known(hangs=True), "trouble", ("photoseek doesn't answer",)),
        (Known(status()), "idle", ("Watching 1 folder",)),
        (Known(status(folders=())), "idle", ("No folder is watched yet",)),
        (Known(status(folders=(folder("/a"),) * 1200)), "idle", ("Watching 1,200 folders",)),
        (Known(status(indexing("indexing", 1204, 8310, 372.0))), "busy", ("Indexing 1,204 of 8,310 · 6 min",)),
        (Known(status(indexing("indexing", 1, 3, 0.2))), "busy", ("Indexing 1 of 3 · 1 s",)),
        (Known(status(indexing("indexing", 1, 9, 9000.0))), "busy", ("Indexing 1 of 9 · 2 h",)),
        (Known(status(indexing("scanning"))), "busy", ("Looking through the folders",)),
        (Known(status(indexing("scanning"), model="downloading")), "busy", ("Fetching the model",)),
        (Known(status(indexing("paused"))), "paused", ("Paused",)),
        (Known(status(folders=(folder("/a"), DISK))), "trouble", ("Watching 1 folder", "Offline: USB disk")),
        (
            Known(status(indexing("indexing", 1, 3), folders=(folder("/a"), DISK))),
            "busy",
            ("Indexing 1 of 3", "Offline: USB disk"),
        ),
        (Known(status(model="failed")), "trouble", ("Watching 1 folder", "No model can be used")),
        (Known(status(notes=("No room is left.",))), "trouble", ("Watching 1 folder", "No room is left.")),
        (Known(status(problems=2)), "idle", ("Watching 1 folder",)),
    ],
)  # fmt: skip
def test_it_says_in_a_line_or_two_what_the_daemon_does(known: Known, mood: Mood, lines: tuple[str, ...]) -> None:
    sight = look(known, ENGLISH)
    assert (sight.mood, sight.lines) == (mood, lines)
    shown = [entry for entry in sight.menu if entry.key.startswith("state")]
    assert tuple(entry.label for entry in shown) == lines
    assert not any(entry.wish for entry in shown)


def labels(menu: tuple[Entry, ...]) -> list[str]:
    return [entry.label or "-" for entry in menu]


def find(known: Known, key: str) -> Entry:
    return next(entry for entry in look(known, ENGLISH).menu if entry.key == key)


def test_the_menu_of_a_daemon_that_runs() -> None:
    known = Known(status(problems=1234), at_login=True, recent=("dog", "cat"))
    assert labels(look(known, ENGLISH).menu) == [
        "Quick search…", "Last searches", "Open photoseek", "-", "Watching 1 folder", "Pause indexing",
        "Add folder…", "Problems (1,234)", "-", "Start at login", "Quit the icon; photoseek goes on",
    ]  # fmt: skip
    assert find(known, "login").checked is True


def test_without_a_daemon_it_offers_to_start_one() -> None:
    known = Known(at_login=False)
    assert labels(look(known, ENGLISH).menu) == [
        "photoseek isn't running", "Start photoseek", "-", "Start at login", "Quit",
    ]  # fmt: skip
    assert find(known, "start").wish == Wish("start")


def test_while_one_is_being_started_it_offers_no_second() -> None:
    assert labels(look(Known(starting=True), ENGLISH).menu) == ["photoseek is starting", "-", "Quit"]
    assert labels(look(Known(hangs=True), ENGLISH).menu) == ["photoseek doesn't answer", "-", "Quit"]


def test_pause_and_go_on_are_one_entry_so_that_an_open_menu_stays() -> None:
    at_work, paused = Known(status()), Known(status(indexing("paused")))
    assert find(at_work, "pause").wish == Wish("pause")
    assert find(paused, "pause").wish == Wish("resume")
    assert [entry.key for entry in look(at_work, ENGLISH).menu] == [entry.key for entry in look(paused, ENGLISH).menu]


def test_it_says_whether_quitting_stops_the_daemon() -> None:
    assert find(Known(status(), owned=True), "quit").label == "Quit"
    assert find(Known(status(), owned=False), "quit").label == "Quit the icon; photoseek goes on"


def test_the_last_searches_are_asked_again_and_can_be_forgotten() -> None:
    recent = find(Known(status(), recent=("dog\non a beach " + "x" * 60, "cat")), "recent").entries
    assert labels(recent) == ["dog on a beach " + "x" * 24 + "…", "cat", "-", "Forget them"]
    assert recent[0].wish == Wish("search", "dog\non a beach " + "x" * 60)
    assert recent[-1].wish == Wish("forget")
    assert labels(find(Known(status()), "recent").entries) == ["None yet"]


def test_what_the_desktop_would_not_say_stands_first() -> None:
    known = Known(status(), said="That didn't work: " + "a" * 200)
    first = look(known, ENGLISH).lines[0]
    assert first.startswith("That didn't work: aaa")
    assert len(first) == 120


def test_every_key_stands_once() -> None:
    known = Known(status(folders=(folder("/a"), DISK), problems=1), at_login=True, recent=("a", "b"))
    keys = [entry.key for entry in look(known, ENGLISH).menu]
    assert len(set(keys)) == len(keys)


def test_german_has_german_numbers() -> None:
    known = Known(status(indexing("indexing", 1204, 8310, 372.0)))
    assert look(known, GERMAN).lines == ("Indiziert 1.204 von 8.310 · 6 min",)


def test_every_text_of_one_language_takes_what_the_other_takes() -> None:
    for name in vars(ENGLISH):
        english, german = getattr(ENGLISH, name), getattr(GERMAN, name)
        assert english, name
        assert german, name
        assert english.count("{}") == german.count("{}"), name


def test_events_renew_what_was_known() -> None:
    first = status()
    progress = wire.ProgressEventBody(
        seq=1, indexing=indexing("paused"), counts=msgspec.structs.replace(COUNTS, problems=4)
    )
    second = renew(first, progress)
    assert (second.indexing.state, second.counts.problems, second.folders) == ("paused", 4, first.folders)
    third = renew(second, wire.FolderEventBody(seq=2, folders=[DISK]))
    assert (third.folders, third.indexing.state) == ([DISK], "paused")
    model = msgspec.convert(msgspec.to_builtins(MODEL) | {"state": "failed"}, wire.ModelBody)
    event = wire.StatusEventBody(seq=3, version="0.1.0", model=model, notes=["a note"], reset=False)
    fourth = renew(third, event)
    assert (fourth.model.state, fourth.notes, fourth.folders) == ("failed", ["a note"], [DISK])
