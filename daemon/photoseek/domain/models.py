"""What rooms tell each other of an embedding model. The models themselves are in ``embedding``. Pure data."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PixelSpec:
    """How a model wants a picture: resize, then centre crop, then ``(pixel / 255 - mean) / std``.

    The decode workers do resize and crop (uint8, exactly as the model's own processor does them);
    the model process does the arithmetic.

    Attributes:
        resize: ``shortest_edge``: the shorter side becomes ``resize_width`` and the longer one
            ``int(resize_width * longer / shorter)``; ``exact``: both sides are given, the shape is not kept.
        resize_width: In pixels.
        resize_height: In pixels; equal to ``resize_width`` for ``shortest_edge``.
        crop_width: In pixels; the side that the model takes.
        crop_height: In pixels.
        resample: Pillow's resampling filter as a number (``PIL.Image.Resampling``: 2 bilinear, 3 bicubic).
        mean: For each channel, of values in 0 to 1.
        std: For each channel, of values in 0 to 1.
    """

    resize: Literal["shortest_edge", "exact"]
    resize_width: int
    resize_height: int
    crop_width: int
    crop_height: int
    resample: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """A model that can be loaded, told apart from every other one whose vectors are not comparable.

    Attributes:
        name: As a person says it, such as ``clip-ViT-L-14``; for a local folder its name.
        key: Name, fingerprint of the weights and preprocessing version: embeddings are kept by it.
        dim: Length of its vectors.
        pixels: How it wants a picture.
        batch: Pictures in one batch.
        spec: By which it is opened again: the name in the list, a name of the hub, or a folder's whole path.
    """

    name: str
    key: str
    dim: int
    pixels: PixelSpec
    batch: int
    spec: str = ""

    @property
    def full_key(self) -> str:
        """Tells also models apart that share a picture tower, and so ``key``, but read texts differently."""
        return f"{self.key} {self.name}"


@dataclass(frozen=True, slots=True)
class NextModel:
    """The model that shall answer next, and how far it is.

    Attributes:
        state: ``waiting``: it can't be had at present and is asked for again by itself. ``failed``: the one before
            goes on answering.
        done: Photos that are indexed with it; while ``downloading``, bytes that are here.
        total: Photos in all; while ``downloading``, bytes in all, 0 while unknown.
        eta_s: Seconds that are left at the speed of the last ones; None while unknown.
        note: What keeps it; may be empty.
    """

    name: str
    state: Literal["waiting", "downloading", "loading", "indexing", "failed"]
    done: int = 0
    total: int = 0
    eta_s: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far a download is.

    Attributes:
        done_bytes: That are here.
        total_bytes: 0 while unknown.
        eta_s: Seconds that are left; None while unknown.
    """

    done_bytes: int = 0
    total_bytes: int = 0
    eta_s: float | None = None


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The model as ``/status`` shows it.

    Attributes:
        state: ``unloaded``: it can be loaded but is not in memory, since nobody needed it for a while.
        dim: 0 while it isn't known.
        note: What a person should know of it, such as that it is only the starter; may be empty.
        fetching: While it is downloaded.
        next: The one that is to answer instead; None where it is the right one.
    """

    name: str
    state: Literal["ready", "loading", "downloading", "unloaded", "failed"]
    dim: int = 0
    note: str = ""
    fetching: Fetching | None = None
    next: NextModel | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model in the list that a person chooses from.

    Attributes:
        size_mb: Of the download in MB; 0 where unknown.
        on_disk: Whether it can be used without any network.
        spec: By which it is opened.
        s_per_picture: Seconds that the indexing takes with it for a picture on this computer; None where not known.
        in_use: Whether the daemon answers with it.
        photos: That are indexed with it: what ``model forget`` would throw away.
    """

    name: str
    languages: str
    size_mb: int
    good_at: str
    on_disk: bool
    spec: str = ""
    s_per_picture: float | None = None
    in_use: bool = False
    photos: int = 0
