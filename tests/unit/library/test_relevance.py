import numpy as np
import pytest
from numpy.typing import NDArray

from photoseek.library.relevance import GOOD, LEAST_SIGMA, Background, Chance, Scores

DIM = 64


def draw(seed: int, *shape: int) -> Scores:
    return np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / lengths


def test_an_absent_text_is_seldom_answered_and_a_present_one_is_kept_whatever_the_models_scale() -> None:
    for scale, height in ((0.02, 0.2), (0.13, 0.0)):  # about those of CLIP and of the starter
        chance = Chance.of(height + scale * draw(1, 500, 100))
        absent, present = height + scale * draw(2, 500, 300), height + scale * draw(3, 500, 300)
        present[0] = height + 6 * scale
        answered = [bool((one > chance.background(one).cut_off).any()) for one in absent.T]
        kept = [bool(one[0] > chance.background(one).cut_off) for one in present.T]
        assert np.mean(answered) <= 0.15
        assert np.mean(kept) >= 0.95


def test_where_texts_lie_at_different_heights_each_is_judged_by_its_own() -> None:
    offsets = 0.05 * draw(4, 102)
    scores = 0.2 + offsets + 0.01 * draw(5, 500, 102)
    chance = Chance.of(scores[:, :100])
    low, high = 0.2 - 0.05 + 0.01 * draw(6, 500), 0.2 + 0.05 + 0.01 * draw(7, 500)
    assert chance.slope > 0.9
    assert high.max() < chance.background(high).cut_off
    assert chance.background(low).cut_off < high.max()
    low[0] = 0.2
    assert low[0] > chance.background(low).cut_off


def test_where_heights_say_nothing_the_bar_is_the_same_for_all() -> None:
    scores = 0.13 * draw(8, 129, 110)
    chance = Chance.of(scores)
    bars = [chance.background(one).cut_off for one in scores.T]
    assert max(bars) - min(bars) < chance.sigma


def test_in_a_library_of_one_topic_the_topic_fits_everywhere_and_others_seldom_anywhere() -> None:
    [beach] = unit(draw(9, 1, DIM))
    photos = unit(beach + 0.08 * draw(10, 40, DIM))
    chance = Chance.of(photos @ unit(draw(11, 110, DIM)).T)
    to_beach = photos @ beach
    assert (to_beach > chance.background(to_beach).cut_off).all()
    others = [photos @ text for text in unit(draw(15, 200, DIM))]
    assert np.mean([(one > chance.background(one).cut_off).any() for one in others]) <= 0.15


@pytest.mark.parametrize("size", [1, 3])
def test_a_library_of_a_few_photos_answers_what_fits_and_nothing_else(size: int) -> None:
    photos = unit(draw(12, size, DIM))
    chance = Chance.of(photos @ unit(draw(13, 110, DIM)).T)
    fits = photos @ unit(photos[0] + 0.1 * draw(14, DIM))
    assert (fits > chance.background(fits).cut_off).tolist() == [True] + [False] * (size - 1)
    others = [photos @ text for text in unit(draw(15, 200, DIM))]
    assert np.mean([(one > chance.background(one).cut_off).any() for one in others]) <= 0.15


def test_the_cut_off_is_lower_once_a_photo_is_above_it_and_relevance_follows() -> None:
    background = Chance.of(0.1 * draw(17, 500, 100)).background(0.1 * draw(18, 500))
    below = background.cut_off - 0.4 * background.sigma
    for nothing in ([], [below]):
        assert background.knowing(np.array(nothing, np.float32)) == background
    known = background.knowing(np.array([background.cut_off, below], np.float32))
    assert (
        known.relevance(np.array([below], np.float32))[0]
        > GOOD
        > background.relevance(np.array([below], np.float32))[0]
    )
    assert known.knowing(np.array([background.cut_off], np.float32)) == known
    by_picture = Background.of(0.1 * draw(2, 500))
    assert by_picture.knowing(np.ones(1, np.float32)).cut_off == by_picture.cut_off


def test_reference_texts_that_the_library_does_show_hardly_move_the_bar() -> None:
    scores = 0.1 * draw(16, 500, 100)
    alone = Chance.of(scores).background(scores[:, 0]).cut_off
    scores[:5, :20] = 0.9
    assert Chance.of(scores).background(scores[:, 50]).cut_off == pytest.approx(alone, abs=0.05)


def test_a_library_without_photos_has_a_background() -> None:
    chance = Chance.of(np.empty((0, 110), np.float32))
    assert chance.background(np.empty(0, np.float32)).sigma == LEAST_SIGMA


def test_a_picture_is_judged_by_how_far_its_score_stands_out_not_by_its_height() -> None:
    noise = draw(1, 1000)
    low, high = Background.of(0.05 * noise), Background.of(0.2 + 0.02 * noise)
    assert low.relevance(np.array([0.3], np.float32))[0] > GOOD
    assert high.relevance(np.array([0.3], np.float32))[0] > GOOD
    assert high.relevance(np.array([0.22], np.float32))[0] < 0.1


def test_true_matches_in_the_sample_hardly_move_a_pictures_background() -> None:
    noise, matches = 0.05 * draw(1, 1000), np.full(100, 0.5, np.float32)
    alone, mixed = Background.of(noise), Background.of(np.concatenate([noise, matches]))
    assert mixed.cut_off == pytest.approx(alone.cut_off, abs=0.05)


def test_relevance_rises_with_the_score_within_0_and_1_and_is_half_at_the_cut_off() -> None:
    for background in (Background.of(0.1 * draw(2, 500)), Chance.of(0.1 * draw(2, 500, 50)).background(draw(3, 500))):
        relevance = background.relevance(np.linspace(-1, 1, 101, dtype=np.float32))
        assert (np.diff(relevance) >= 0).all()
        assert 0 <= relevance.min() <= relevance.max() <= 1
        assert background.relevance(np.array([background.cut_off], np.float32))[0] == pytest.approx(GOOD, abs=1e-3)


@pytest.mark.parametrize("scores", [[], [0.3], [0.3, 0.3, 0.3]])
def test_a_library_without_spread_still_has_a_background(scores: list[float]) -> None:
    assert Background.of(np.array(scores, np.float32)).sigma == LEAST_SIGMA


def test_a_score_far_from_a_library_without_spread_is_judged_without_a_warning() -> None:
    relevance = Background.of(np.array([0.9, 0.9], np.float32)).relevance(np.array([-1, 0, 1], np.float32))
    assert relevance[:2].tolist() == [0, 0]
    assert relevance[2] > GOOD


def test_the_same_picture_fits_however_much_the_library_resembles_it() -> None:
    scattered = np.clip(0.3 + 0.4 * draw(21, 500), -1, 0.89)
    background = Background.of(scattered)
    assert background.relevance(np.array([0.95, 1.0], np.float32)).min() > GOOD
    assert (background.relevance(scattered) < GOOD).all()
