"""The log: one format, rotated, and discreet about what exceptions quote."""

import asyncio
import logging
import re
from pathlib import Path

import pytest

from photoseek import logs

SECRET = "holiday/private.jpg"
log = logging.getLogger("photoseek.test")


def raise_chain() -> None:
    try:
        raise FileNotFoundError(2, "No such file", SECRET)
    except FileNotFoundError as error:
        raise ExceptionGroup(SECRET, [ValueError(SECRET), KeyError(SECRET)]) from error


def test_a_line_has_time_level_room_and_message(tmp_path: Path) -> None:
    with logs.logging_to(tmp_path / "log", stderr=False):
        log.info("hello %d", 3)
    line = (tmp_path / "log").read_text()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO photoseek\.test: hello 3\n", line)


def test_stderr_gets_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logs.logging_to(tmp_path / "log"):
        log.warning("hello")
    assert capsys.readouterr().err == (tmp_path / "log").read_text() != ""


def test_a_traceback_shows_the_way_and_the_types_but_not_what_was_quoted(tmp_path: Path) -> None:
    with logs.logging_to(tmp_path / "log", stderr=False):
        try:
            raise_chain()
        except ExceptionGroup:
            log.exception("it failed")
    text = (tmp_path / "log").read_text()
    assert SECRET not in text
    assert "raise_chain" in text
    for word in ("FileNotFoundError (ENOENT)", "which led to:", "ExceptionGroup", "ValueError", "KeyError"):
        assert word in text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that never has room")
def test_a_full_disk_costs_lines_and_says_nothing_of_itself(capfd: pytest.CaptureFixture[str]) -> None:
    with logs.logging_to(Path("/dev/full"), stderr=False):
        log.warning("hello")
    assert capfd.readouterr().err == ""


def test_libraries_are_heard_from_warning_on(tmp_path: Path) -> None:
    with logs.logging_to(tmp_path / "log", stderr=False):
        logging.getLogger("some.library").info("chatter")
        logging.getLogger("some.library").warning("trouble")
    assert "chatter" not in (tmp_path / "log").read_text()
    assert "trouble" in (tmp_path / "log").read_text()


def test_the_file_is_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_FILE_BYTES", 1000)
    with logs.logging_to(tmp_path / "log", stderr=False):
        for _ in range(200):
            log.info("a line of some length")
    assert {path.name for path in tmp_path.iterdir()} == {"log", "log.1", "log.2", "log.3"}
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())


def test_a_lost_tasks_error_is_logged_without_its_words(tmp_path: Path) -> None:
    async def lose_a_task() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(logs.log_loop_error)
        done = asyncio.Event()
        task = loop.create_task(fail(SECRET))
        task.add_done_callback(lambda _: done.set())
        await done.wait()

    async def fail(name: str) -> None:
        raise ValueError(name)

    with logs.logging_to(tmp_path / "log", stderr=False):
        asyncio.run(lose_a_task())
        import gc  # noqa: PLC0415 - the task says so when it is collected

        gc.collect()
    text = (tmp_path / "log").read_text()
    assert "ValueError" in text
    assert "never retrieved" in text
    assert SECRET not in text


def test_logging_ends_with_its_context(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    with logs.logging_to(tmp_path / "log"):
        pass
    assert logging.getLogger().handlers == before
