"""The facade of the house: everything that a person can ask of their photos, whatever way they come in.

``api`` calls it, ``service`` wires it. Runs in the daemon's event loop; its rooms below own the threads and processes.
``check_index`` and ``repair`` are for ``cli``, without a daemon.
"""

from photoseek.library.events import Listener
from photoseek.library.governor import Lookout, Surroundings
from photoseek.library.library import Library
from photoseek.library.lookout import ComputerLookout
from photoseek.library.model import Model, ModelChangedError, Models
from photoseek.library.repairing import check_index, repair

__all__ = [
    "ComputerLookout",
    "Library",
    "Listener",
    "Lookout",
    "Model",
    "ModelChangedError",
    "Models",
    "Surroundings",
    "check_index",
    "repair",
]
