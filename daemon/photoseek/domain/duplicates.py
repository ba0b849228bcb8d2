"""Photos of which there is more than one: the same bytes in several files, or nearly the same picture.

Made by ``catalogue``, shown by ``api``. Pure data.
"""

from dataclasses import dataclass
from typing import Literal

from photoseek.domain.photos import Photo

DuplicateKind = Literal["exact", "near"]


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Some that are the same.

    Attributes:
        number: By which groups of a kind are in order.
        kind: ``exact``: one photo at several files; ``near``: the photos of a stack.
        photos: The one that leads first, then by size.
    """

    number: int
    kind: DuplicateKind
    photos: tuple[Photo, ...]

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(photo.size_bytes * len(photo.files) for photo in self.photos)

    @property
    def spare_bytes(self) -> int:
        """Of all its files but one of the first photo."""
        return self.size_bytes - self.photos[0].size_bytes
