"""``photoseek problems``: the files that could not be indexed, and why."""

from typing import TYPE_CHECKING

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import ago, dim, harmless, number, remark, show_path

if TYPE_CHECKING:
    from photoseek.api.wire import ProblemBody, ProblemsBody
    from photoseek.client import Client


@click.command("problems")
@click.option("--json", "as_json", is_flag=True, help="The whole list as the HTTP API gives it.")
@click.option("--retry", is_flag=True, help="Try all of them again now.")
def command(as_json: bool, retry: bool) -> None:
    """List the files that could not be indexed, and why.

    A file is tried again by itself when it changes.
    """
    if retry:
        tried = ask_daemon(lambda client: client.retry_problems())
        click.echo(f"{number(tried.data.retried, 'file')} will be tried again.")
        return
    body = ask_daemon(_all_problems)
    if as_json:
        import msgspec  # noqa: PLC0415 - the table needs no encoder

        click.echo(msgspec.json.encode(body))
        return
    for problem in body.problems:
        _show(problem)
    remark(f"{number(len(body.problems), 'problem')}." if body.problems else "No problems.")


async def _all_problems(client: "Client") -> "ProblemsBody":
    """All pages as one."""
    import msgspec  # noqa: PLC0415 - came with the client

    page = (await client.problems()).data
    problems = list(page.problems)
    while page.next_cursor is not None:
        page = (await client.problems(page.next_cursor)).data
        problems += page.problems
    return msgspec.structs.replace(page, problems=problems)


def _show(problem: "ProblemBody") -> None:
    from photoseek.api.wire import real_path  # noqa: PLC0415 - came with the client

    click.echo(show_path(real_path(problem)))
    when = ago(problem.seen_at)
    click.echo(f"    {harmless(problem.reason)} {dim(f'({when})') if when else ''}".rstrip())
