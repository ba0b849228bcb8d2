"""The facade of the house: everything that a person can ask of their photos, whatever way they come in.

``api`` calls it, ``service`` wires it. Runs in the daemon's event loop; its rooms below own the threads and processes.
"""

from photoseek.library.events import Listener
from photoseek.library.governor import Lookout, Surroundings
from photoseek.library.library import Library
from photoseek.library.lookout import ComputerLookout
from photoseek.library.model import Model, ModelChangedError, Models

__all__ = ["ComputerLookout", "Library", "Listener", "Lookout", "Model", "ModelChangedError", "Models", "Surroundings"]
