"""``photoseek doctor``: what somebody who shall find a fault wants to know first. Works without the daemon too.

What may be told, and that nothing private is, is the affair of ``diagnosis``; here it is put into words.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from photoseek.cli.terminal import duration, harmless, number

if TYPE_CHECKING:
    from photoseek.cli.diagnosis import Report
    from photoseek.cli.diagnosis.report import Computer, Login, Model, Place, Running, Setup, Tray, Watching

    Lines = Iterator[tuple[str, str]]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def command(as_json: bool) -> None:
    """Describe this installation, for a report of a fault.

    Nothing private is in it: no name of a folder, photo, person or computer, no query, no key.
    """
    report = _examine()
    if as_json:
        import msgspec  # noqa: PLC0415 - the words need no encoder

        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2))
        return
    for name, words in _describe(report):
        click.echo(harmless(f"{name:11} {words}").rstrip())


def _examine() -> "Report":
    from photoseek.cli import diagnosis  # noqa: PLC0415 - not needed for --help
    from photoseek.embedding import known_models  # noqa: PLC0415
    from photoseek.instance import find_daemon  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    paths = find_paths()
    known = known_models([])
    names = {model.name for model in known}
    found = find_daemon(paths)
    return diagnosis.Report(
        installation=diagnosis.examine_installation(),
        computer=diagnosis.examine_computer(),
        places=diagnosis.examine_places(paths),
        settings=diagnosis.examine_settings(paths, names),
        model=diagnosis.examine_model(paths, known),
        daemon=diagnosis.examine_daemon(found, paths, names) if found else None,
        watching=diagnosis.examine_watching(found.pid if found else None),
        autostart=diagnosis.examine_autostart(),
        tray=diagnosis.examine_tray(paths),
    )


def _describe(report: "Report") -> "Lines":
    """All of it, a name and a line each."""
    own = report.installation
    yield "photoseek", f"{own.version}, installed by {own.kind}"
    yield from (("", f"MISSING: {name}") for name in own.missing)
    yield from _describe_computer(report.computer)
    yield "Python", own.python
    yield "Libraries", ", ".join(f"{name} {version}" for name, version in own.libraries.items() if version)
    yield "", "not installed: " + (", ".join(name for name, found in own.libraries.items() if not found) or "none")
    for kind, place in report.places.items():
        yield kind.capitalize(), _describe_place(place)
    yield from _describe_settings(report.settings)
    yield from _describe_model(report.model)
    yield from _describe_daemon(report.daemon)
    yield "Watching", _describe_watching(report.watching)
    yield "At login", _describe_login(report.autostart)
    yield "Tray", _describe_tray(report.tray)


def _describe_computer(computer: "Computer") -> "Lines":
    power = f"{number(computer.processors, 'processor')}, {computer.memory_mb / 1024:.0f} GB of memory"
    yield "System", f"{computer.system}, {computer.kernel}, {computer.machine}, {power}"
    yield "Desktop", f"{computer.desktop or 'none that says its name'}, session: {computer.session or 'none'}"


def _describe_place(place: "Place") -> str:
    where = f"{place.path} (moved by {place.moved_by})" if place.moved_by else place.path
    room = f"{place.free_mb:,} MB free on {place.file_system or 'an unknown file system'}"
    used = "not there yet" if place.used_mb is None else f"{place.used_mb:,} MB used"
    return f"{where}: {used}, {room}{'' if place.writable else ', CAN NOT BE WRITTEN TO'}"


def _describe_settings(settings: "Setup") -> "Lines":
    changed = ", ".join(f"{key} = {value}" for key, value in settings.changed.items())
    yield "Settings", changed or "as they come" if settings.usable else "CAN NOT BE USED: `photoseek check` says why"
    if settings.environment:
        yield "Variables", ", ".join(settings.environment)


def _describe_model(model: "Model") -> "Lines":
    yield "Model", f"wanted: {model.wanted}; on this computer: {', '.join(model.on_disk) or 'none'}"
    device = model.device
    found = f"{device.kind} {device.name}".strip() if device.kind else f"NONE CAN BE USED ({device.trouble})"
    yield "Device", f"wanted: {model.device_wanted}; found: {found}"


def _describe_daemon(daemon: "Running | None") -> "Lines":
    if daemon is None:
        yield "Daemon", "is not running"
        return
    port = "at its usual port" if daemon.usual_port else "at another port"
    size = f"{daemon.memory_mb:,} MB, {number(daemon.children, 'child process', 'child processes')}"
    yield "Daemon", f"{daemon.version}, {port}, for {duration(daemon.up_s)}, {size}"
    if daemon.trouble:
        yield "", f"DOES NOT ANSWER: {daemon.trouble}"
        return
    yield "", f"model {daemon.model or 'not known yet'} ({daemon.model_state}), indexing: {daemon.indexing}"
    yield "", ", ".join(f"{name} {count:,}" for name, count in daemon.counts.items())
    folders = ", ".join(f"{count} {state}" for state, count in daemon.folders.items())
    yield "", f"folders: {folders or 'none'}"
    if daemon.notes:
        yield "", f"{number(daemon.notes, 'remark')} in `photoseek status`"


def _describe_watching(watching: "Watching") -> str:
    if watching.max_user_watches is None:
        return "no limits of inotify here"
    used = "" if watching.used_watches is None else f"{watching.used_watches:,} used of "
    instances, events = watching.max_user_instances or 0, watching.max_queued_events or 0
    return f"{used}{watching.max_user_watches:,} watches, {instances:,} instances, {events:,} events in a queue"


def _describe_login(login: "Login") -> str:
    if login.trouble:
        return f"can't be found out: {login.trouble}"
    words = f"starts, by {login.how}" if login.installed else f"does not start; it would by {login.how}"
    return f"{words}{' (`photoseek autostart status` has a remark)' if login.odd else ''}"


def _describe_tray(tray: "Tray") -> str:
    has = tray.desktop
    found = {
        "a display": has.display, "D-Bus": has.bus, "StatusNotifier": has.watcher,
        "a tray of X11's old kind": has.xembed, "GTK": has.gtk, "the quick search": has.window,
    }  # fmt: skip
    there = ", ".join(name for name, is_there in found.items() if is_there) or "nothing"
    missing = ", ".join(name for name, is_there in found.items() if is_there is False) or "nothing"
    return f"icon {'shown' if tray.shown else 'not shown'}; there is {there}; missing: {missing}"
