"""``photoseek quick``: the quick-search window, for a key of the desktop's own shortcut settings."""

import click

from photoseek.cli.search import WordsThatBeginWithMinus


@click.command("quick", cls=WordsThatBeginWithMinus)
@click.argument("words", nargs=-1)
@click.option("--ready", is_flag=True, hidden=True, help="Hidden until it is summoned.")
def command(words: tuple[str, ...], ready: bool) -> None:
    """Search in a small window that is there at once.

    Bind a key to this command in your desktop's shortcut settings. A second call brings the window that is there.
    """
    from photoseek.paths import find_paths  # noqa: PLC0415 - not needed for --help
    from photoseek.tray.quick import summon  # noqa: PLC0415

    paths, query = find_paths(), _join(words)
    if not ready and summon(paths, query):
        return
    from photoseek.tray.quick.process import run_window  # noqa: PLC0415 - loads Tk

    run_window(paths, ready=ready, words=query)


def _join(words: tuple[str, ...]) -> str:
    """The query that they make; a key of the desktop's mostly comes without any, and shall not wait for the grammar."""
    if len(words) < 2:
        return "".join(words)
    from photoseek.domain import join_words  # noqa: PLC0415 - see above

    return join_words(words)
