"""The facade of the house: everything that a person can ask of their photos, whatever way they come in.

``api`` calls it, ``service`` wires it. Runs in the daemon's event loop; its rooms below own the threads and processes.
"""

from photoseek.library.library import Library

__all__ = ["Library"]
