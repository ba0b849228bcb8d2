"""Noticing that the program was replaced or removed: real files, and what happens to them between two looks."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from photoseek.renewal import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what runs can't be replaced there")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    program = tmp_path / "program"
    program.write_text("1")
    return program


async def noticed(program: Path, *meanwhile: Callable[[], object]) -> bool:
    """What is said of a program that something is done to between two looks."""
    still_to_do = list(meanwhile)

    async def sleep(_: float) -> None:
        if still_to_do:
            still_to_do.pop(0)()

    return await asyncio.wait_for(Program.look(program).until_replaced(sleep), 30)


def nothing() -> None:
    pass


async def test_a_program_that_is_replaced_is_noticed_once_it_has_rested(program: Path) -> None:
    texts = iter(("22", "333", "4444"))
    write = [lambda: program.write_text(next(texts))] * 3
    assert await noticed(program, nothing, *write) is True
    assert program.read_text() == "4444"


async def test_one_that_is_gone_for_a_moment_was_replaced(program: Path) -> None:
    new = program.with_name("new")
    new.write_text("1")
    assert await noticed(program, program.unlink, lambda: new.rename(program)) is True


async def test_one_that_is_gone_for_some_looks_while_its_libraries_are_fetched_was_replaced(program: Path) -> None:
    new = program.with_name("new")
    new.write_text("1")
    assert await noticed(program, program.unlink, *[nothing] * 5, lambda: new.rename(program)) is True


async def test_one_that_stays_away_was_removed(program: Path) -> None:
    assert await noticed(program, nothing, program.unlink) is False


async def test_one_that_is_as_it_was_again_was_not_replaced(program: Path) -> None:
    aside = program.with_name("aside")
    back_and_forth = [lambda: program.rename(aside), lambda: aside.rename(program), nothing, program.unlink]
    assert await noticed(program, *back_and_forth) is False
