"""The shapes of models: the one that answers, the one that is to, and those that can be chosen.

Offered by ``wire``; pure; any thread.
"""

from typing import Annotated, Literal

from msgspec import Meta

from photoseek.api.values import ModelName
from photoseek.api.wire.shapes import Body, Request

ChosenName = Annotated[str, Meta(min_length=1, max_length=4096, examples=["clip-ViT-L-14"])]


class ModelRequest(Request, frozen=True, kw_only=True):
    """``POST /models/use`` and ``POST /models/forget``: a name of the list or of the hub, or a folder's whole path."""

    name: ChosenName


class NextModelBody(Body, frozen=True, kw_only=True):
    """The model that is to answer next: ``done`` of ``total`` photos, or, while ``downloading``, bytes."""

    name: ModelName
    state: Literal["waiting", "downloading", "loading", "indexing", "failed"]
    done: int
    total: int
    eta_s: float | None
    note: str


class ModelBody(Body, frozen=True, kw_only=True):
    """The model in use; ``dim`` is 0 while unknown."""

    name: ModelName
    state: Literal["ready", "loading", "downloading", "unloaded", "failed"]
    dim: Annotated[int, Meta(examples=[768])]
    note: str
    next: NextModelBody | None = None


class ModelInfoBody(Body, frozen=True, kw_only=True):
    """A model that can be chosen; ``size_mb`` is 0 where unknown, ``photos`` are indexed with it."""

    name: ModelName
    languages: Annotated[str, Meta(examples=["English"])]
    size_mb: int
    good_at: str
    on_disk: bool
    in_use: bool
    s_per_picture: float | None = None
    photos: int = 0


class ModelsBody(Body, frozen=True, kw_only=True):
    """``GET /models``; ``next`` as in ``GET /status``."""

    models: list[ModelInfoBody]
    next: NextModelBody | None = None


class ForgottenBody(Body, frozen=True, kw_only=True):
    """``POST /models/forget``: how many photos had been indexed with it."""

    forgotten: int
