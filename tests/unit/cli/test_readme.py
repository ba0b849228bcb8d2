"""The README mentions everything that a person can set, call or ask."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from photoseek.cli.root import COMMANDS, cli
from photoseek.domain import FORMS, KINDS, Form, Kind
from photoseek.settings import Settings
from tests.unit.api.conftest import TABLE

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")


def settings() -> Iterator[tuple[str, str, object]]:
    for section in msgspec.structs.fields(Settings):
        for field in msgspec.structs.fields(section.type):
            yield section.name, field.name, field.default


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.resolve_command(context, [name])[1]
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", found) for sub, found in command.commands.items())
        else:
            yield name, command


def routes() -> list[str]:
    return [f"{route.method} {route.path.removeprefix('/api/v1')}" for route in TABLE]


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "[]" if value == () else f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.parametrize(("section", "key", "default"), list(settings()))
def test_every_setting_stands_in_the_readme_with_its_default(section: str, key: str, default: object) -> None:
    table = README.partition(f"| `[{section}]`")[2]
    row = re.search(rf"\| `{key}` \| ([^|]+) \|", table)
    assert row is not None
    assert row[1].strip("` ") == as_toml(default)


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_stands_in_the_readme_with_its_options(name: str, command: click.Command) -> None:
    line = next((line for line in README.splitlines() if re.search(rf"^\|.*`(photoseek )?{name}\b", line)), None)
    assert line is not None
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.opts[0] in line


@pytest.mark.parametrize("route", routes())
def test_every_route_stands_in_the_readme(route: str) -> None:
    assert re.search(rf"`{re.escape(route)}[`?]", README)


def test_every_exit_code_stands_in_the_readme() -> None:
    assert cli.epilog is not None
    for code, meaning in re.findall(r"(\d) ([a-z ]+)", cli.epilog):
        assert f"{code} {meaning}" in README


@pytest.mark.parametrize("shown", [*FORMS, *KINDS.values()])
def test_the_whole_grammar_of_queries_stands_in_the_readme(shown: Form | Kind) -> None:
    examples = " · ".join(f"`{example}`" for example in shown.examples)
    assert f"| {examples} | {shown.meaning} |" in README


def test_every_key_of_a_filter_is_shown_by_an_example() -> None:
    assert all(example.lstrip("-").startswith(f"{key}:") for key, kind in KINDS.items() for example in kind.examples)
