"""``photoseek autostart``: whether photoseek starts when the person logs in. Works without the daemon."""

import click

from photoseek.cli.terminal import remark, say

_WAYS = {
    "systemd": "as a unit of your systemd",
    "xdg": "by your desktop",
    "launchd": "as a LaunchAgent",
    "task": "as a task",
}


@click.group("autostart")
def command() -> None:
    """Start at login, or no more."""


@command.command("install", short_help="Start at each login from now on.")
def install() -> None:
    """Start at each login from now on; a daemon that runs goes on as it is."""
    from photoseek.autostart import find_autostart  # noqa: PLC0415 - not needed for --help
    from photoseek.instance import find_daemon  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    status = find_autostart().install()
    remark(f"photoseek starts at your next login, {_WAYS[status.how]}: {status.place}")
    if find_daemon(find_paths()) is None:
        now = "systemctl --user start photoseek" if status.how == "systemd" else "photoseek start"
        remark(f"To start it now: `{now}`")


@command.command("remove", short_help="Start at login no more.")
def remove() -> None:
    """Start at login no more; a daemon that runs goes on until the person logs out."""
    from photoseek.autostart import find_autostart  # noqa: PLC0415 - not needed for --help

    removed = find_autostart().remove()
    remark("photoseek starts at login no more." if removed else "Nothing to remove: photoseek did not start at login.")


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="As GET /autostart gives it.")
def status(as_json: bool) -> None:
    """Say whether photoseek starts at login, and by what."""
    from photoseek.autostart import find_autostart  # noqa: PLC0415 - not needed for --help

    found = find_autostart().status()
    if as_json:
        import json  # noqa: PLC0415 - the words need no encoder

        click.echo(json.dumps({"installed": found.installed, "how": found.how, "note": found.note}))
        return
    said = f"starts at login, {_WAYS[found.how]}: {found.place}" if found.installed else "does not start at login."
    say(f"photoseek {said}")
    if found.note:
        say(found.note)
