import numpy as np
import pytest

from photoseek.library.relevance import GOOD, LEAST_SIGMA, Background


def test_a_score_is_judged_by_how_far_it_stands_out_not_by_its_height() -> None:
    noise = np.random.default_rng(1).normal(0, 1, 1000).astype(np.float32)
    low, high = Background.of(0.05 * noise), Background.of(0.2 + 0.02 * noise)
    assert low.relevance(np.array([0.3], np.float32))[0] > GOOD
    assert high.relevance(np.array([0.3], np.float32))[0] > GOOD
    assert high.relevance(np.array([0.22], np.float32))[0] < 0.1


def test_true_matches_in_the_sample_hardly_move_the_background() -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 1000).astype(np.float32)
    matches = np.full(100, 0.5, np.float32)
    alone, mixed = Background.of(noise), Background.of(np.concatenate([noise, matches]))
    assert mixed.cut_off == pytest.approx(alone.cut_off, abs=0.05)


def test_relevance_rises_with_the_score_within_0_and_1_and_is_half_at_the_cut_off() -> None:
    background = Background.of(np.random.default_rng(2).normal(0, 0.1, 500).astype(np.float32))
    scores = np.linspace(-1, 1, 101, dtype=np.float32)
    relevance = background.relevance(scores)
    assert (np.diff(relevance) >= 0).all()
    assert 0 <= relevance.min() <= relevance.max() <= 1
    assert background.relevance(np.array([background.cut_off], np.float32))[0] == pytest.approx(GOOD, abs=1e-3)


@pytest.mark.parametrize("scores", [[], [0.3], [0.3, 0.3, 0.3]])
def test_a_library_without_spread_still_has_a_background(scores: list[float]) -> None:
    assert Background.of(np.array(scores, np.float32)).sigma == LEAST_SIGMA
