"""README, manual and API.md mention all that a person can set, call or ask, and lead to what there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from photoseek.cli.root import COMMANDS, cli
from photoseek.domain import FORMS, KINDS, Form, Kind, parse_query
from photoseek.settings import Settings
from tests.unit.api.conftest import TABLE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
MANUAL = (ROOT / "daemon/MANUAL.md").read_text("utf-8")
API = (ROOT / "daemon/API.md").read_text("utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("daemon/*.md"), *ROOT.glob("packaging/**/*.md"), *ROOT.glob("tests/*/*.md")]
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


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
def test_every_setting_stands_in_the_manual_with_its_default(section: str, key: str, default: object) -> None:
    table = MANUAL.partition(f"| `[{section}]`")[2]
    row = re.search(rf"\| `{key}` \| ([^|]+) \|", table)
    assert row is not None
    assert row[1].strip("` ") == as_toml(default)


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_stands_in_the_manual_with_its_options(name: str, command: click.Command) -> None:
    line = next((line for line in MANUAL.splitlines() if re.search(rf"^\|.*`(photoseek )?{name}\b", line)), None)
    assert line is not None
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.opts[0] in line


@pytest.mark.parametrize("route", routes())
def test_every_route_stands_in_api_md(route: str) -> None:
    assert re.search(rf"`{re.escape(route)}[`?]", API)


def test_every_exit_code_stands_in_the_manual() -> None:
    assert cli.epilog is not None
    for code, meaning in re.findall(r"(\d) ([a-z ]+)", cli.epilog):
        assert f"{code} {meaning}" in MANUAL


@pytest.mark.parametrize("shown", [*FORMS, *KINDS.values()])
def test_the_whole_grammar_of_queries_stands_in_the_manual(shown: Form | Kind) -> None:
    examples = " · ".join(f"`{example}`" for example in shown.examples)
    assert f"| {examples} | {shown.meaning} |" in MANUAL


def test_every_key_of_a_filter_is_shown_by_an_example() -> None:
    assert all(example.lstrip("-").startswith(f"{key}:") for key, kind in KINDS.items() for example in kind.examples)


def test_the_queries_of_the_readme_are_understood() -> None:
    table = README.partition("## How to ask")[2].partition("\n\n|")[2].partition("\n\n")[0]
    queries = [query for row in table.splitlines()[2:] for query in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(queries) > 10
    assert all(parse_query(query.replace("ID", "0" * 32)) for query in queries)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_or_a_heading(document: Path) -> None:
    text = CODE.sub("", document.read_text("utf-8"))
    headings = {
        re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in headings
        elif "://" not in link:
            assert (document.parent / link).is_file()


def test_whatever_document_the_readme_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.md)`", README)
    assert len(named) > 5
    assert all((ROOT / name).is_file() for name in named)
