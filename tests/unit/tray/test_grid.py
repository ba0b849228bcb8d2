"""Where photos stand in the quick-search window, and where arrow keys lead."""

import pytest

from photoseek.tray.quick.grid import Grid, Key, Measures, lay_out

MEASURES = Measures(columns=3, width=100, height=80, gap=10, margin=20, heading=30)


def rows(grid: Grid) -> list[list[int]]:
    """The photos of each row."""
    last = grid.tiles[-1].row
    return [[index for index, tile in enumerate(grid.tiles) if tile.row == row] for row in range(last + 1)]


def test_photos_that_fit_less_well_begin_a_row_of_their_own_under_a_heading() -> None:
    grid = lay_out(4, 2, MEASURES)
    assert rows(grid) == [[0, 1, 2], [3], [4, 5]]
    assert grid.weak is not None
    assert grid.tiles[3].y + MEASURES.height <= grid.weak
    assert grid.tiles[4].y == grid.weak + MEASURES.heading


def test_where_none_fits_the_heading_that_says_so_stands_over_that_of_the_nearest() -> None:
    grid = lay_out(0, 2, MEASURES)
    assert (grid.opening, grid.weak, grid.tiles[0].y) == (0, 30, 60)


def test_where_all_fit_there_is_one_heading() -> None:
    assert lay_out(3, 0, MEASURES).weak is None


def test_no_two_tiles_touch_and_all_lie_inside() -> None:
    grid = lay_out(5, 7, MEASURES)
    places = {(tile.x, tile.y) for tile in grid.tiles}
    assert len(places) == 12
    assert all(0 < x <= MEASURES.whole_width - MEASURES.width - MEASURES.margin for x, _ in places)
    assert all(y + MEASURES.height <= grid.height for _, y in places)


@pytest.mark.parametrize(
    ("begin", "keys", "end"),
    [
        (0, ["Right"], 1),
        (2, ["Right"], 3),  # on into the next row
        (0, ["Left"], 0),
        (5, ["Right"], 5),
        (1, ["Down"], 3),  # the row below is shorter
        (3, ["Down"], 4),
        (5, ["Down"], 5),
        (5, ["Up", "Up"], 0),
        (0, ["Next"], 4),
        (5, ["Prior"], 1),
    ],
)
def test_arrows_lead_from_photo_to_photo(begin: int, keys: list[Key], end: int) -> None:
    grid = lay_out(4, 2, MEASURES)
    for key in keys:
        begin = grid.neighbour(begin, key)
    assert begin == end


def test_the_photo_under_the_pointer_is_known() -> None:
    grid = lay_out(4, 2, MEASURES)
    for index, tile in enumerate(grid.tiles):
        assert grid.photo_at(tile.x + 99, tile.y + 79, MEASURES) == index
    assert grid.photo_at(grid.tiles[0].x + 105, grid.tiles[0].y, MEASURES) is None
    assert grid.photo_at(0, 0, MEASURES) is None


def test_on_a_sharper_screen_everything_is_larger() -> None:
    plain, sharp = Measures.at(1), Measures.at(2)
    assert (sharp.width, sharp.whole_width) == (2 * plain.width, 2 * plain.whole_width)
