"""The way in: the console script ``photoseek`` and ``python -m photoseek``.

The daemon's child processes import this module again (as ``__mp_main__``), so it stays light:
everything else is imported inside ``main``.
"""

from multiprocessing import freeze_support


def main() -> None:
    """Run the command line; ends with its exit code."""
    freeze_support()
    from photoseek.cli import cli  # noqa: PLC0415 - children import this module and want none of it

    cli(prog_name="photoseek")


if __name__ == "__main__":
    main()
