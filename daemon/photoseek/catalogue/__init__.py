"""The truth of photoseek, in SQLite: folders, files, contents, embeddings, problems. The only room with sqlite3.

``library`` uses it in the daemon; ``photoseek check`` opens it by itself. Everything that SQLite has to say against
a step comes out as a ``CatalogueError``.
"""

from photoseek.catalogue.catalogue import Catalogue
from photoseek.catalogue.faults import CorruptCatalogueError, DiskFullError, ReadOnlyCatalogueError
from photoseek.catalogue.words import Called
from photoseek.errors import CatalogueError

__all__ = ["Called", "Catalogue", "CatalogueError", "CorruptCatalogueError", "DiskFullError", "ReadOnlyCatalogueError"]
