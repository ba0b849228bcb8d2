"""``photoseek model``: the models to choose from. Works without the daemon."""

import shutil
from typing import TYPE_CHECKING

import click

from photoseek.cli.terminal import dim, harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoseek.domain import ModelInfo


@click.group("model")
def command() -> None:
    """List the models to choose from."""


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
    click.echo(f'\nThe settings want "{harmless(wanted)}": it is `name` under [model] in config.toml.')


def _size(megabytes: int) -> str:
    if not megabytes:
        return "-"
    return f"{megabytes} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"
