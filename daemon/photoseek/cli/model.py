"""``photoseek model``: the models to choose from. Works without the daemon."""

from typing import TYPE_CHECKING

import click

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
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("model", "on disk", "size", "languages", "good at", box=None, pad_edge=False, header_style="dim")
    for model in models:
        row = (model.name, "yes" if model.on_disk else "no", _size(model.size_mb), model.languages, model.good_at)
        table.add_row(*(Text(cell) for cell in row), style="bold" if model.in_use else "")
    Console(highlight=False).print(table)
    click.echo(f'\nThe settings ask for "{wanted}". To choose another one, set name in [model] of config.toml.')


def _size(megabytes: int) -> str:
    if not megabytes:
        return "-"
    return f"{megabytes} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"
