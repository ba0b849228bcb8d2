"""Embeds pictures and texts into one space with a joint image-text model. The only room with torch.

The daemon's side (``Embedder``, ``known_models``) holds no torch: that lives in a process of its own.
"""

from photoseek.embedding.choice import check_model
from photoseek.embedding.device import Device, find_device
from photoseek.embedding.embedder import Embedder
from photoseek.embedding.embedders import Embedders
from photoseek.embedding.messages import TextEmbedding
from photoseek.embedding.process import ModelProcessDiedError
from photoseek.embedding.registry import known_models

__all__ = [
    "Device",
    "Embedder",
    "Embedders",
    "ModelProcessDiedError",
    "TextEmbedding",
    "check_model",
    "find_device",
    "known_models",
]
