"""The icon as pystray is told to draw it, with the real pystray and its backend that draws nothing."""

import asyncio
import sys
from typing import Any

import pytest

from photoseek.tray import drawn
from photoseek.tray.drawn import DrawnFace
from photoseek.tray.ending import Ending
from photoseek.tray.menu import Known, look
from photoseek.tray.sight import Sight, Wish
from photoseek.tray.texts import ENGLISH
from tests.unit.tray.test_menu import indexing, status

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere pystray's own backend is taken")


@pytest.fixture
def pystray(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(drawn, "_BACKEND", "dummy")
    monkeypatch.delitem(sys.modules, "pystray", raising=False)
    library = drawn._load()
    monkeypatch.setattr(library.Icon, "_update_menu", lambda icon: None)
    return library


def sight(done: int = 1, *, paused: bool = False, recent: tuple[str, ...] = ("dog & cat",)) -> Sight:
    work = indexing("paused") if paused else indexing("indexing", done, 9)
    return look(Known(status(work), at_login=True, recent=recent), ENGLISH)


def labels(menu: Any) -> list[str]:
    return [item.text for item in menu.items]


def test_the_menu_is_all_of_it_with_a_tick_a_submenu_and_what_a_click_does(pystray: Any) -> None:
    face = DrawnFace(pystray, sight())
    asked: list[Wish] = []
    face.act = asked.append
    by_text = {item.text: item for item in face.icon.menu.items}
    assert list(by_text)[:3] == ["Quick search…", "Last searches", "Open photoseek"]
    assert by_text["Quick search…"].default
    assert by_text["Start at login"].checked is True
    assert by_text["Pause indexing"].checked is None
    assert not by_text["Indexing 1 of 9"].enabled
    assert labels(by_text["Last searches"].submenu) == ["dog & cat", "- - - -", "Forget them"]
    by_text["Last searches"].submenu.items[0](face.icon)
    face.icon()  # a click on the icon
    assert asked == [Wish("search", "dog & cat"), Wish("quick")]


def test_windows_is_told_that_an_ampersand_is_one(pystray: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "_BACKEND", "win32")
    face = DrawnFace(pystray, sight())
    [recent] = [item for item in face.icon.menu.items if item.text == "Last searches"]
    assert labels(recent.submenu)[0] == "dog && cat"


async def test_icon_title_and_menu_follow_but_numbers_alone_do_not_rebuild_a_menu_that_may_be_open(
    pystray: Any,
) -> None:
    face = DrawnFace(pystray, sight(1))
    menu, picture = face.icon.menu, face.icon.icon
    face.show(sight(2))
    assert face.icon.title == "photoseek · Indexing 2 of 9"
    assert face.icon.menu is menu
    assert face.icon.icon is picture
    face.show(sight(paused=True))
    assert "Go on indexing" in labels(face.icon.menu)
    assert face.icon.icon.tobytes() != picture.tobytes()


async def test_what_was_left_comes_when_the_menu_has_rested_and_not_with_the_next_change(
    pystray: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asyncio.Event()
    monkeypatch.setattr(drawn, "_NUMBERS_REST_S", 0.05)
    monkeypatch.setattr(pystray.Icon, "_update_menu", lambda icon: made.set())
    face = DrawnFace(pystray, sight(1))
    face.show(sight(2))
    face.show(look(Known(status(indexing("idle")), at_login=True, recent=("dog & cat",)), ENGLISH))
    async with asyncio.timeout(60):
        while "Watching 1 folder" not in labels(face.icon.menu):
            made.clear()
            await made.wait()


def test_a_title_is_short_enough_for_windows(pystray: Any) -> None:
    face = DrawnFace(pystray, sight())
    face.show(look(Known(said="a" * 300), ENGLISH))
    assert len(face.icon.title) < 128


def test_the_end_is_told_to_whoever_is_there_and_to_one_who_comes_too_late() -> None:
    told: list[str] = []
    ending = Ending()
    ending.tells(lambda: told.append("first"))
    ending.tells(lambda: told.append("second"))
    ending.come()
    ending.tells(lambda: told.append("third"))
    assert told == ["second", "third"]
