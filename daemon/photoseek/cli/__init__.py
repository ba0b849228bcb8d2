"""The command line: one file a command, imported when that command is called.

``cli`` is all of it, for ``__main__``. Runs on the main thread of a process of its own; speaks with the daemon
through ``client``, and is the daemon itself for ``run``.
"""

from photoseek.cli.root import cli

__all__ = ["cli"]
