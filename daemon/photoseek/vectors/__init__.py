"""The vectors of the model in use, in FAISS: a cache of the catalogue's embeddings that can be made again at any time.

``library`` opens it, lets it follow the catalogue, and searches in it. The arithmetic runs in this room's threads.
"""

from photoseek.vectors.index import VectorIndex
from photoseek.vectors.looking import Snapshot, look_at_snapshots, remove_snapshots

__all__ = ["Snapshot", "VectorIndex", "look_at_snapshots", "remove_snapshots"]
