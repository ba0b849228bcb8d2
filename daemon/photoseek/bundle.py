"""What photoseek is as a bundle of PyInstaller's: the environment that the bundle's own starter leaves behind.

Used by ``__main__``, before anything else; imports nothing.
"""

import os
from collections.abc import MutableMapping


def give_back_environment(environment: MutableMapping[str, str] = os.environ, *, window: bool) -> None:
    """Take out what is meant for this process alone, so that the desktop's programs don't load the bundle's libraries.

    The system's loader has read it already, and a child that is the bundle too is told anew by its own starter.
    See https://pyinstaller.org/en/stable/runtime-information.html, "LD_LIBRARY_PATH / LIBPATH considerations".

    Args:
        environment: Of a process that is a bundle.
        window: This process shows one: Tk reads its own two variables when it does.
    """
    environment.pop("LD_LIBRARY_PATH", None)
    if (persons := environment.pop("LD_LIBRARY_PATH_ORIG", None)) is not None:
        environment["LD_LIBRARY_PATH"] = persons
    for name in [name for name in environment if name.startswith("_PYI_")]:
        del environment[name]
    if not window:
        for name in ("TCL_LIBRARY", "TK_LIBRARY"):
            environment.pop(name, None)
