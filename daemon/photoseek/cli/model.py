"""``photoseek model``: the models to choose from, and another one. Listing and choosing work without the daemon too."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import dim, duration, harmless, number, readable, remark, say, size

if TYPE_CHECKING:
    from photoseek.api.wire import ModelInfoBody, ModelsBody, NextModelBody
    from photoseek.paths import Paths


@click.group("model")
def command() -> None:
    """List the models to choose from, and choose one."""


@command.command("list", short_help="List the models to choose from.")
@click.option("--json", "as_json", is_flag=True, help="The list as GET /models gives it.")
def list_models(as_json: bool) -> None:
    """List the models to choose from: which answers, which is being prepared, which are on this computer."""
    import msgspec  # noqa: PLC0415 - not needed for --help

    from photoseek.paths import find_paths  # noqa: PLC0415

    paths = find_paths()
    models, wanted = _ask_for_models(paths)
    if as_json:
        click.echo(msgspec.json.encode(models))
    else:
        _show(models)
        click.echo()
        say(f"{wanted}Another one: `photoseek model use NAME`")


@command.command("use", short_help="Choose another model.")
@click.argument("name")
def use_model(name: str) -> None:
    """Choose a model: by its name in the list, another one of the hub, or by its folder.

    The running daemon prepares it in the background, downloads it if need be, and goes on answering with the one
    before until all photos are known to it; otherwise that happens after the next start. What other models made of
    your photos is kept: going back costs nothing. `photoseek model forget` throws it away.
    """
    from photoseek.instance import find_daemon  # noqa: PLC0415 - not needed for --help
    from photoseek.paths import find_paths  # noqa: PLC0415

    paths, name = find_paths(), _whole(name)
    if find_daemon(paths) is None:
        _write_down(paths, name)
        return
    answer = ask_daemon(lambda client: client.use_model(name))
    if answer.data.next is None:
        say(f"{name} answers.")
    else:
        say(f"{name} is prepared in the background; `photoseek status` says how far it is.")


@command.command("forget", short_help="Throw away what a model made of the photos.")
@click.argument("name")
def forget_model(name: str) -> None:
    """Throw away what a model made of the photos; of one that answers, nothing.

    The model itself, where it was downloaded, stays in the model hub's cache.
    """
    name = _whole(name)
    answer = ask_daemon(lambda client: client.forget_model(name))
    say(f"What {name} made of {number(answer.data.forgotten, 'photo')} is gone.")


def _whole(name: str) -> str:
    """A folder's whole path, whatever way it was typed; any other name as it is."""
    is_folder = os.sep in name and Path(name).expanduser().is_dir()
    return str(Path(name).expanduser().resolve()) if is_folder else name


def next_words(coming: "NextModelBody") -> str:
    """How far the next model is, such as ``clip-ViT-L-14 (indexing), 120 of 3,000 photos, 2 min left``."""
    words = [f"{harmless(coming.name)} ({coming.state})"]
    if coming.state == "downloading" and coming.total:
        words.append(f"{coming.done / 1e6:,.0f} of {coming.total / 1e6:,.0f} MB")
    if coming.state == "indexing":
        words.append(f"{coming.done:,} of {number(coming.total, 'photo')}")
    if coming.eta_s is not None:
        words.append(f"{duration(coming.eta_s)} left")
    return ", ".join(words)


def _ask_for_models(paths: "Paths") -> "tuple[ModelsBody, str]":
    """From the daemon, or where none runs from the disk, with a sentence on what that one will begin with."""
    from photoseek.api.answers import models_body  # noqa: PLC0415 - not needed for --help
    from photoseek.embedding import known_models  # noqa: PLC0415
    from photoseek.instance import find_daemon  # noqa: PLC0415
    from photoseek.settings import load_settings  # noqa: PLC0415

    if find_daemon(paths) is not None:
        return ask_daemon(lambda client: client.models()).data, ""
    wanted = load_settings(paths.settings).model.name
    return models_body(known_models([wanted], paths.models)), f'The settings want "{harmless(wanted)}". '


def _write_down(paths: "Paths", name: str) -> None:
    """Without a daemon the name is only written into the settings."""
    from photoseek.embedding import check_model  # noqa: PLC0415 - not needed for --help
    from photoseek.settings import change_setting, load_settings  # noqa: PLC0415

    load_settings(paths.settings)  # a mistake that is in them already is said first
    to_fetch = check_model(name)
    change_setting(paths.settings, "model", "name", name)
    remark(f'"{name}" stands in {paths.settings} now.')
    if to_fetch:
        remark("It is downloaded at the next start.")
    if (wanted := load_settings(paths.settings).model.name) != name:
        remark(f'But PHOTOSEEK_MODEL__NAME in the environment goes before it: "{wanted}"')


def _show(models: "ModelsBody") -> None:
    """A line with the facts, whose name can be copied, and one below with what the model is good at."""
    columns = max(len(model.name) for model in models.models)
    width = shutil.get_terminal_size().columns
    for model in models.models:
        here = "in use" if model.in_use else "on disk" if model.on_disk else "not here"
        facts = f"{harmless(model.name):{columns}}  {here:8}  {_size(model):>6}  {model.languages}".rstrip()
        click.echo(click.style(facts, bold=model.on_disk or None))
        for line in filter(None, (harmless(model.good_at), _known_here(model))):
            click.echo(dim(click.wrap_text(line, width, "    ", "    ")))
    if models.next is not None:
        click.echo(f"\nNext: {next_words(models.next)}")
        if models.next.note:
            click.echo(dim(readable(models.next.note)))


def _known_here(model: "ModelInfoBody") -> str:
    """What was seen of the model on this computer."""
    words = [f"{model.s_per_picture:.2g} s a picture on this computer"] if model.s_per_picture else []
    words += [f"{number(model.photos, 'photo')} indexed"] if model.photos else []
    return ", ".join(words)


def _size(model: "ModelInfoBody") -> str:
    return size(model.size_mb * 1e6) if model.size_mb else "-"
