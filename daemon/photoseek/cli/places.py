"""The hidden option ``--place``: where photoseek's own folders lie, for what is started at login."""

import os

import click


def _move(ctx: click.Context, parameter: click.Parameter, places: tuple[tuple[str, str], ...]) -> None:
    os.environ.update({f"PHOTOSEEK_{kind.upper()}_DIR": folder for kind, folder in places})


places_option = click.option(
    "--place", multiple=True, hidden=True, expose_value=False, callback=_move,
    type=(click.Choice(("config", "data", "cache", "runtime")), str),
    help="For `autostart`: where a folder of photoseek's own lies, as $PHOTOSEEK_…_DIR says it.",
)  # fmt: skip
