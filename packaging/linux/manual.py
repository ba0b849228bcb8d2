r"""Writes photoseek's man page from what its commands say of themselves with ``--help``.

Run as ``python packaging/linux/manual.py FILE``. The letters of roff: groff_char(7), man-pages(7).

click-man, the library for this, makes a page for each command, and of commands that are imported when they are called
it sees neither options nor help; it also leaves apostrophes and hyphens to become others, that no shell understands.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from photoseek import __version__
from photoseek.cli import cli

# What a line would lose, or show as another letter than a person can paste into a shell.
_LETTERS = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}
_OWN_LINES = "\b\n"  # click's mark for a paragraph that is not filled


def main(file: Path) -> None:
    """Write it."""
    with click.Context(cli, info_name="photoseek", **cli.context_settings) as ctx:
        file.write_text("\n".join((*describe_program(ctx), "")), "utf-8")


def describe_program(ctx: click.Context) -> Iterator[str]:
    """The whole page."""
    summary, _, rest = (cli.help or "").partition("\n\n")
    yield f'.TH PHOTOSEEK 1 "" "photoseek {__version__}" "User Commands"'
    yield ".SH NAME"
    yield f"photoseek {letters('-')} {letters(summary.rstrip('.'))}"
    yield ".SH SYNOPSIS"
    yield letters(usage(cli, ctx))
    yield ".SH DESCRIPTION"
    yield from describe_text(rest)
    yield ".SH OPTIONS"
    yield from describe_options(cli, ctx)
    yield ".SH COMMANDS"
    yield from describe_commands(cli, ctx)
    yield ".SH EXIT STATUS"
    yield from describe_text((cli.epilog or "").removeprefix("Exit codes: "))


def describe_commands(group: click.Group, ctx: click.Context) -> Iterator[str]:
    """All commands of a group, with those that are groups themselves."""
    for name in group.list_commands(ctx):
        command = group.resolve_command(ctx, [name])[1]
        assert command is not None
        with click.Context(command, info_name=name, parent=ctx) as inner:
            yield f'.SS "{letters(usage(command, inner))}"'
            yield from describe_text(command.help or "")
            yield from describe_options(command, inner, ("--help",))
            if isinstance(command, click.Group):
                yield from describe_commands(command, inner)


def usage(command: click.Command, ctx: click.Context) -> str:
    """How it is called."""
    return " ".join((ctx.command_path, *command.collect_usage_pieces(ctx)))


def describe_options(command: click.Command, ctx: click.Context, known: tuple[str, ...] = ()) -> Iterator[str]:
    """What it can be told, but for options that every command knows."""
    options = (option for option in command.get_params(ctx) if isinstance(option, click.Option))
    for option in options:
        record = option.get_help_record(ctx)
        if record is not None and not set(known) & set(option.opts):
            yield from (".TP", f".B {letters(record[0])}", letters(record[1]))


def describe_text(text: str) -> Iterator[str]:
    """Paragraphs, filled or with lines of their own."""
    for number, paragraph in enumerate(re.split(r"\n\n+", inspect.cleandoc(text))):
        if number:
            yield ".PP"
        if paragraph.startswith(_OWN_LINES):
            yield from (".nf", *map(letters, paragraph.removeprefix(_OWN_LINES).splitlines()), ".fi")
        else:
            yield letters(" ".join(paragraph.split()))


def letters(text: str) -> str:
    """A line that roff shows as it is; one that begins with a dot is no command of roff's."""
    escaped = "".join(_LETTERS.get(letter, letter) for letter in text)
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    main(Path(sys.argv[1]))
