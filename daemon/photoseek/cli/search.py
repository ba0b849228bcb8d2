"""``photoseek search``: find photos by what they show."""

import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from click.core import ParameterSource

from photoseek.cli.asking import ask_daemon
from photoseek.cli.pictures import Drawer, Drawing, draw_photos, find_drawer, show_drawing
from photoseek.cli.terminal import dim, number, point_at, print_body, remark, show_path
from photoseek.errors import QueryError

if TYPE_CHECKING:
    from photoseek.api.wire import HitBody, SearchBody, StatusBody
    from photoseek.client import Answer, Client

_HEAD = " fits   score   taken       photo"
_NEXT_NEAREST = 5
"""Shown below those that fit well, unless a limit was given: the rest of a page only pushes them out of sight."""


class WordsThatBeginWithMinus(click.Command):
    """Takes ``-people`` as a word of the query: only what begins with ``--``, ``-0`` and ``-h`` are options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Sort options from words, and leave the rest to click."""
        flags = {name: getattr(option, "is_flag", False) for option in self.get_params(ctx) for name in option.opts}
        options: list[str] = []
        words: list[str] = []
        left = iter(args)
        for arg in left:
            if arg == "--":
                words += left
            elif arg.startswith("--") or arg in flags:
                options.append(arg)
                if not flags.get(arg, True):
                    options += [value for value in [next(left, None)] if value is not None]
            else:
                words.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


@click.command("search", cls=WordsThatBeginWithMinus)
@click.argument("query", nargs=-1)
@click.option(
    "--image", type=click.File("rb"), metavar="FILE", help="Find photos like this picture; - reads it from a pipe."
)
@click.option("--json", "form", flag_value="json", help="The body of the HTTP answer, unchanged.")
@click.option("--paths", "form", flag_value="paths", help="Only the paths, one a line.")
@click.option("-0", "form", flag_value="null", help="Only the paths, each ended by NUL: for xargs -0.")
@click.option("--explain", is_flag=True, help="Say how the query was understood, and each photo judged.")
@click.option("--no-stack", is_flag=True, help="Show photos that are nearly the same one by one.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Photos at most.")
@click.option("--pictures", is_flag=True, help="Show the good matches, in a terminal that can show pictures.")
@click.option("--open", "to_open", is_flag=True, help="Open the best photo that fits well with its program.")
@click.pass_context
def command(
    ctx: click.Context, query: tuple[str, ...], image: BinaryIO | None, form: str | None, explain: bool, no_stack: bool,
    limit: int, pictures: bool, to_open: bool,
) -> None:  # fmt: skip
    """Find photos by what they show, or by a picture.

    \b
    photoseek search dog on the beach
    photoseek search beach -people after:2023-05
    photoseek search --image cat.jpg + snow
    photoseek search sunset --paths --limit 5
    photoseek search red car -0 | xargs -0 ls -l

    Plain words; `+ snow` adds, `- people` takes away, "in quotes" all is literal. Filters, with a minus to keep out:

    \b
    folder:Italy  name:*.png  after:2023-05  before:2024  camera:canon
    type:heic  orientation:portrait  like:ID  stack:ID

    Ends with code 4 when nothing fits well; the best ones are printed all the same.
    """  # noqa: D301 - click's mark for "leave these lines as they are" is a real backspace
    if not query and image is None:
        raise click.UsageError("Say what the photos show, or give a picture with --image.")
    from photoseek.domain import join_words  # noqa: PLC0415 - not needed for --help

    text = join_words(query)

    def ask(client: "Client") -> "Coroutine[Any, Any, Answer[SearchBody]]":
        return client.search(text, limit, picture=image, explain=explain, stack=not no_stack)

    with _place_of_mistakes(text):
        if form is None:
            drawer = find_drawer() if pictures else None
            answer, status, drawn = ask_daemon(lambda client: _search(client, ask, drawer))
            asked_for = ctx.get_parameter_source("limit") is not ParameterSource.DEFAULT
            _show(answer.data, status, drawn, next_nearest=limit if asked_for else _NEXT_NEAREST)
        else:
            answer = ask_daemon(ask)
            _print_as(form, answer)
    if to_open:
        _open(answer.data)
    ctx.exit(0 if answer.data.good_matches else 4)


@contextmanager
def _place_of_mistakes(text: str) -> Iterator[None]:
    """Show where in the query a mistake is, before what it is."""
    try:
        yield
    except QueryError as error:
        if error.at is not None:
            point_at(text, error.at)
        raise


async def _search(
    client: "Client", ask: "Callable[[Client], Awaitable[Answer[SearchBody]]]", drawer: Drawer | None
) -> "tuple[Answer[SearchBody], StatusBody, dict[str, Drawing]]":
    """The answer, what the daemon is at, and drawings of the good matches by id."""
    answer = await ask(client)
    good = answer.data.photos[: answer.data.good_matches]
    drawn = await draw_photos(client, [hit.id for hit in good], drawer) if drawer else {}
    return answer, (await client.status()).data, drawn


def _open(found: "SearchBody") -> None:
    """Hand the best photo that fits, and is there, to the desktop of whoever sits at this terminal."""
    import asyncio  # noqa: PLC0415 - rarely needed

    from photoseek.api.wire import real_path  # noqa: PLC0415 - came with the client
    from photoseek.desktop import Desktop  # noqa: PLC0415

    for hit in found.photos[: found.good_matches]:
        if hit.state == "online":
            asyncio.run(Desktop().open_file(real_path(hit)))
            return
    why = "What fits can't be reached" if found.good_matches else "Nothing fits well"
    remark(f"{why}, so nothing was opened.")


def _print_as(form: str, answer: "Answer[SearchBody]") -> None:
    """For programs. A path goes out as the system has it, but a terminal gets a harmless one."""
    from photoseek.api.wire import real_path  # noqa: PLC0415 - came with the client

    if form == "json":
        print_body(answer.raw)
        return
    for hit in answer.data.photos:
        path = real_path(hit)
        if form == "null":
            click.echo(path + b"\0", nl=False)
        else:
            click.echo(show_path(path) if sys.stdout.isatty() else path)


def _show(found: "SearchBody", status: "StatusBody", drawn: "dict[str, Drawing]", *, next_nearest: int) -> None:
    """For a person: the good ones, then dimmed some that fit less, then what one should know."""
    good = found.photos[: found.good_matches]
    weak = found.photos[found.good_matches :][:next_nearest]
    if found.photos:
        click.echo(dim(_HEAD))
    for hit in good:
        if hit.id in drawn:
            show_drawing(drawn[hit.id])
        click.echo(_line(hit, ranked=not _is_list(found)))
        _show_judgement(hit)
    if good and weak:
        click.echo(dim(" fits less:"))
    for hit in weak:
        click.echo(dim(_line(hit)))
        _show_judgement(hit)
    excuse = "" if good or _is_list(found) else status.model.note
    for words in [_verdict(found, status), _explain(found), *found.query.notes, excuse]:
        if words:
            remark(words)


def _is_list(found: "SearchBody") -> bool:
    """Whether it is what filters alone let through, which no model has judged."""
    return not found.model


def _explain(found: "SearchBody") -> str:
    """How the query was understood, if that was asked for."""
    explained = found.query.explained
    order = {"best": "the best first", "newest": "the newest first"}
    return f"Understood as: {explained.query} ({order[explained.order]})" if explained else ""


def _line(hit: "HitBody", *, ranked: bool = True) -> str:
    """One picture; the path is last and whole, so that it can be copied."""
    from photoseek.api.wire import real_path  # noqa: PLC0415 - came with the client

    extra = [number(hit.copies, "copy", "copies")] if hit.copies > 1 else []
    extra += [f"one of {hit.stack.count} nearly the same"] if hit.stack else []
    named = [reason for reason in hit.why if reason != "picture"]
    extra += [f"by its {' and '.join(named)}"] if named else []
    extra += ["offline"] if hit.state == "offline" else []
    taken = f"{'~' if hit.taken_from == 'file' else ' '}{hit.taken_at[:10] or '-':10}"  # by the file's time: about
    judged = f"{hit.relevance:5.0%}  {hit.score:6.3f}" if ranked else f"{'-':>5}  {'-':>6}"
    line = f"{judged}  {taken}  {show_path(real_path(hit))}"
    return f"{line}  ({', '.join(extra)})" if extra else line


def _show_judgement(hit: "HitBody") -> None:
    """How it was judged, below its line, if that was asked for."""
    if not hit.judgement:
        return
    judged, background = hit.judgement, hit.judgement.background
    bar = f"good from {background.cut_off:.3f} on, give or take {background.sigma:.3f}"
    said = [f"picture {judged.by_picture:.0%}: cosine {judged.cosine:.3f}, {bar}"]
    matches = {"name": judged.words.name, "text": judged.words.text, "camera": judged.words.camera}
    matches["place"] = judged.words.place
    found = [f"{' '.join(words)} in its {where}" for where, words in matches.items() if words]
    if found:
        said.append(f"words {judged.by_words:.0%}: {', '.join(found)}{'' if judged.whole else ', as a beginning'}")
        said.append(f"together {judged.fused:.0%}")
    if judged.filters:
        said.append(f"passed {number(len(judged.filters), 'filter')}")
    click.echo(dim(f"        {'; '.join(said)}"))


def _verdict(found: "SearchBody", status: "StatusBody") -> str:
    """How good the answer is, in one sentence or two."""
    if not status.folders:
        return "No folder is watched yet. Add one: `photoseek folders add DIR`"
    if found.query.filters and not found.photos:
        words = "No photo passes these filters."
    elif _is_list(found):
        words = f"{number(found.good_matches, 'photo')}, the newest first."
    elif found.good_matches:
        words = f"{number(found.good_matches, 'good match', 'good matches')}."
    else:
        words = "Nothing here fits well; these come nearest." if found.photos else "There are no photos here yet."
    if status.indexing.state in ("scanning", "indexing") and status.counts.waiting:
        words += f" Still indexing: {number(status.counts.waiting, 'file')} to go."
    return words
