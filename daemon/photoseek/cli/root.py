"""The command ``photoseek`` itself: which commands there are, and how an error ends.

Called by ``__main__`` on the main thread. Imports a command's module only when that command is called,
so that ``--help`` and every usage error come at once.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from photoseek import __version__
from photoseek.cli.terminal import show_error
from photoseek.errors import NotRunningError, PhotoseekError, QueryError

# Every command with its line in --help; its module has the same name and holds it as `command`.
COMMANDS = {
    "run": "Run in the foreground: index and answer until Ctrl+C.",
    "start": "Start in the background.",
    "stop": "Stop the one that runs.",
    "status": "What is going on: model, indexing, folders.",
    "search": "Find photos by what they show.",
    "tray": "Show an icon in the desktop's tray.",
    "quick": "Search in a small window, for a key of your desktop.",
    "folders": "List, add and remove the folders that are watched.",
    "rescan": "Look through all folders now.",
    "pause": "Pause the indexing; searching goes on.",
    "resume": "Go on with the indexing.",
    "duplicates": "List photos of which there is more than one.",
    "problems": "List the files that could not be indexed, and why.",
    "model": "List the models to choose from, and choose one.",
    "check": "Check photoseek's own files; works without the daemon.",
    "doctor": "Describe this installation, for a report of a fault.",
    "repair": "Put photoseek's own files right; stop the daemon first.",
    "autostart": "Start at login, or no more.",
    "open": "Open the page in the browser.",
    "mcp": "Let an assistant search, over the Model Context Protocol.",
    "token": "Print the key to the HTTP API, for scripts.",
}


class Commands(click.Group):
    """A group that knows its commands by name and imports each when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table, not of the alphabet."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command by the words of the caller, and import it."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is None or command is None:
            return name, command, rest
        return name, import_module(f"photoseek.cli.{name}").command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error ends in words and an exit code."""
        with _errors_in_words(ctx):
            result = super().invoke(ctx)
            sys.stdout.flush()  # here, where a closed pipe is still caught
            return result


@contextmanager
def _errors_in_words(ctx: click.Context) -> Iterator[None]:
    """Turn what went wrong into a few lines on stderr; a closed pipe and click's own ways out pass."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("PHOTOSEEK_DEBUG") == "1":
            raise
        show_error(error if isinstance(error, PhotoseekError) else _unexpected(error))
        ctx.exit(_exit_code(error))


def _unexpected(error: Exception) -> PhotoseekError:
    words = str(error) or "no more is known"
    return PhotoseekError(f"{type(error).__name__}: {words}", "PHOTOSEEK_DEBUG=1 shows where it happened.")


def _exit_code(error: Exception) -> int:
    if isinstance(error, NotRunningError):
        return 3
    return 2 if isinstance(error, QueryError) else 1


def _never_fail_to_print() -> None:
    """Let a terminal that lacks a letter show its code instead of ending the command; without a console, be silent."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # a program of Windows that was started without one
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@click.group(
    cls=Commands,
    commands={name: click.Command(name, short_help=line) for name, line in COMMANDS.items()},
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 error, 2 wrong usage, 3 daemon not running, 4 no good match.",
)
@click.version_option(__version__, message="photoseek %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find your photos by what they show.

    photoseek indexes folders of photos and finds them by plain words. Everything stays on this computer.
    Without a command it starts in the background and opens the page.
    """
    _never_fail_to_print()
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    if ctx.invoked_subcommand is None:
        with _errors_in_words(ctx):
            import_module("photoseek.cli.begin").begin(ctx)
