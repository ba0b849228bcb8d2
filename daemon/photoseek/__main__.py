"""The way in: the console script ``photoseek`` and ``python -m photoseek``.

The daemon's child processes import this module again (as ``__mp_main__``), so it stays light:
everything else is imported inside ``main``.
"""

import sys
from multiprocessing import freeze_support


def main() -> None:
    """Run the command line; ends with its exit code."""
    if getattr(sys, "frozen", False):
        from photoseek.bundle import give_back_environment  # noqa: PLC0415 - only there

        give_back_environment(window=sys.argv[1:2] in (["quick"], ["tray"]))
    freeze_support()
    try:
        from photoseek.cli import cli  # noqa: PLC0415 - children import this module and want none of it

        cli(prog_name="photoseek")
    except KeyboardInterrupt:  # while it still imports; later on the command has its own end
        sys.exit(130)


if __name__ == "__main__":
    main()
