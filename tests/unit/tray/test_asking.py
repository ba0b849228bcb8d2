"""How the quick-search window asks: one search at a time, the latest words next, old answers dropped.

The thread and its loop are real; the daemon is a client that answers when the test lets it.
"""

import asyncio
import queue
import threading
from pathlib import Path
from typing import Any

import pytest

from photoseek.api import wire
from photoseek.client import Answer
from photoseek.errors import NotRunningError, QueryError
from photoseek.paths import Paths
from photoseek.tray.quick.asking import Asker
from photoseek.tray.quick.news import Back, Done, Found, Gone, News, Refused

LONG_S = 10.0


class SlowClient:
    """A daemon that answers a search only when it may."""

    def __init__(self) -> None:
        self.asked: queue.Queue[str] = queue.Queue()
        self.may_answer = threading.Semaphore(0)
        self.opened: list[str] = []
        self.is_gone = False

    async def search(self, words: str, limit: int) -> Answer[wire.SearchBody]:
        if self.is_gone:
            raise NotRunningError("No daemon answers.")
        self.asked.put(words)
        await asyncio.to_thread(self.may_answer.acquire)
        if words == "after:never":
            raise QueryError("This is no date.", "Write it as 2023-05.")
        body = wire.SearchBody(
            query=wire.QueryBody(text=words), model="m", took_ms=1.0, good_matches=3, photos=[], next_cursor=None
        )
        return Answer(b"", body)

    async def open_photo(self, photo_id: str) -> None:
        self.opened.append(photo_id)

    async def health(self) -> None:
        if self.is_gone:
            raise NotRunningError("No daemon answers.")

    async def status(self) -> None:
        await self.health()
        raise QueryError("of no interest here")

    async def __aexit__(self, *_: object) -> None:
        pass


@pytest.fixture
def client() -> SlowClient:
    """The daemon."""
    return SlowClient()


@pytest.fixture
def news() -> "queue.Queue[News]":
    """What comes."""
    return queue.Queue()


@pytest.fixture
def asker(client: SlowClient, news: "queue.Queue[News]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """The thread, at work."""

    async def find(self: Asker) -> Any:
        self._client = client  # type: ignore[assignment]
        return client

    monkeypatch.setattr(Asker, "_find", find)
    paths = Paths(tmp_path, tmp_path, tmp_path, tmp_path)
    asker = Asker(paths, news.put, lambda *_: pytest.fail("no photo was found"), 256)
    asker.start()
    return asker


def test_an_answer_to_words_that_are_there_no_more_is_dropped(
    asker: Asker, client: SlowClient, news: "queue.Queue[News]"
) -> None:
    asker.ask("do")
    assert client.asked.get(timeout=LONG_S) == "do"
    for words in ("dog", "dog o", "dog on"):  # typed on while the answer is awaited
        asker.ask(words)
    client.may_answer.release()
    assert client.asked.get(timeout=LONG_S) == "dog on"  # and none of those between
    client.may_answer.release()
    found = news.get(timeout=LONG_S)
    assert isinstance(found, Found)
    assert found.words == "dog on"
    assert news.empty()


def test_words_that_were_taken_away_bring_no_answer(
    asker: Asker, client: SlowClient, news: "queue.Queue[News]"
) -> None:
    asker.ask("dog")
    client.asked.get(timeout=LONG_S)
    asker.ask("")
    client.may_answer.release()
    asker.open("a photo")
    assert isinstance(news.get(timeout=LONG_S), Done)
    assert client.opened == ["a photo"]
    asker.ask("cat")
    client.may_answer.release()
    found = news.get(timeout=LONG_S)
    assert isinstance(found, Found)
    assert found.words == "cat"


def test_a_mistake_in_the_query_is_handed_on(asker: Asker, client: SlowClient, news: "queue.Queue[News]") -> None:
    client.may_answer.release()
    asker.ask("after:never")
    refused = news.get(timeout=LONG_S)
    assert isinstance(refused, Refused)
    assert refused.error.hint == "Write it as 2023-05."


def test_a_daemon_that_is_gone_is_looked_for_as_long_as_somebody_looks(
    asker: Asker, client: SlowClient, news: "queue.Queue[News]"
) -> None:
    client.is_gone = True
    asker.watch(True)
    assert isinstance(news.get(timeout=LONG_S), Gone)
    client.is_gone = False
    assert isinstance(news.get(timeout=LONG_S), Back)
