"""``photoseek model``: the models to choose from. Works without the daemon."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photoseek.cli.terminal import dim, harmless, remark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoseek.domain import ModelInfo


@click.group("model")
def command() -> None:
    """List the models to choose from, and choose one."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="The list as GET /models gives it.")
def list_models(as_json: bool) -> None:
    """List the models to choose from, and which of them are on this computer."""
    from photoseek.embedding import known_models  # noqa: PLC0415 - not needed for --help
    from photoseek.paths import find_paths  # noqa: PLC0415
    from photoseek.settings import load_settings  # noqa: PLC0415

    settings = load_settings(find_paths().settings)
    models = known_models(settings.model)
    if as_json:
        _print_json(models)
    else:
        _show(models, settings.model.name)


@command.command("use")
@click.argument("name")
def use_model(name: str) -> None:
    """Choose a model: by its name in the list, another one of the hub, or by its folder.

    It is written into config.toml and used from the next start of the daemon on. What other models made of your
    photos is kept: going back costs nothing.
    """
    from photoseek.embedding import check_model  # noqa: PLC0415 - not needed for --help
    from photoseek.instance import find_daemon  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415
    from photoseek.settings import change_setting, load_settings  # noqa: PLC0415

    paths = find_paths()
    if os.sep in name and Path(name).expanduser().is_dir():
        name = str(Path(name).expanduser().resolve())
    load_settings(paths.settings)  # a mistake that is in them already is said first
    to_fetch = check_model(name)
    change_setting(paths.settings, "model", "name", name)
    remark(f'"{name}" stands in {paths.settings} now.')
    if to_fetch:
        remark("It is downloaded at the next start.")
    if (wanted := load_settings(paths.settings).model.name) != name:
        remark(f'But PHOTOSEEK_MODEL__NAME in the environment goes before it: "{wanted}"')
    if find_daemon(paths) is not None:
        remark("The running daemon goes on with its own model. To change it now: `photoseek stop`, then `photoseek`")


def _print_json(models: "Sequence[ModelInfo]") -> None:
    import msgspec  # noqa: PLC0415 - the table needs no encoder

    from photoseek.api.answers import models_body  # noqa: PLC0415

    click.echo(msgspec.json.encode(models_body(models)))


def _show(models: "Sequence[ModelInfo]", wanted: str) -> None:
    """A line with the facts, whose name can be copied, and one below with what the model is good at."""
    columns = max(len(model.name) for model in models)
    width = shutil.get_terminal_size().columns
    for model in models:
        here = "on disk" if model.on_disk else "not here"
        facts = f"{harmless(model.name):{columns}}  {here:8}  {_size(model.size_mb):>6}  {model.languages}".rstrip()
        click.echo(click.style(facts, bold=model.on_disk or None))
        click.echo(dim(click.wrap_text(harmless(model.good_at), width, "    ", "    ")))
    click.echo(f'\nThe settings want "{harmless(wanted)}". Another one: `photoseek model use NAME`')


def _size(megabytes: int) -> str:
    if not megabytes:
        return "-"
    return f"{megabytes} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"
