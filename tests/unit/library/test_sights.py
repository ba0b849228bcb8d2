import pytest

from photoseek.library.intake import Sight
from photoseek.library.upkeep import _say_left_alone

CLOSED = "can't be read: give photoseek the permission to. Pictures that are known from there are kept."
ONLINE = "only online: left alone, so that nothing is downloaded."


@pytest.mark.parametrize(
    ("sight", "words"),
    [
        (Sight(), ""),
        (Sight(linked=(b"away",)), ""),
        (Sight(closed=2), f"2 folders in it {CLOSED}"),
        (Sight(placeholders=1), f"1 picture {ONLINE}"),
        (Sight(closed=1, placeholders=1200), f"1 folder in it {CLOSED} 1,200 pictures {ONLINE}"),
    ],
)
def test_what_a_scan_left_alone_is_said_with_what_can_be_done(sight: Sight, words: str) -> None:
    assert _say_left_alone(sight) == words
