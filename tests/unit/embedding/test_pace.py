"""How long pictures take with a model is seen once, kept for the list, and never in the way."""

from pathlib import Path

import pytest

from photoseek.embedding import known_models
from photoseek.embedding.pace import ENOUGH, Pace, seconds_per_picture


def test_the_first_batch_does_not_count_and_few_pictures_say_nothing(tmp_path: Path) -> None:
    pace = Pace(tmp_path / "models", "starter")
    pace.note(8, 60.0)
    pace.note(ENOUGH - 1, 1.0)
    assert seconds_per_picture(tmp_path / "models") == {}
    pace.note(1, 7.0)
    assert seconds_per_picture(tmp_path / "models") == {"starter": 8 / ENOUGH}


def test_each_model_has_its_own_and_the_latest_counts(tmp_path: Path) -> None:
    for name, seconds in (("starter", 8.0), ("clip-ViT-L-14", 32.0), ("starter", 16.0)):
        pace = Pace(tmp_path, name)
        pace.note(1, 0.0)
        pace.note(ENOUGH, seconds)
    assert seconds_per_picture(tmp_path) == {"starter": 16 / ENOUGH, "clip-ViT-L-14": 32 / ENOUGH}
    known = {model.name: model.s_per_picture for model in known_models([], tmp_path, {"HF_HOME": str(tmp_path)})}
    assert (known["starter"], known["clip-ViT-B-32"]) == (16 / ENOUGH, None)


@pytest.mark.parametrize("broken", [b"", b"{", b'{"starter": "fast"}', b"\xff"])
def test_a_broken_file_counts_as_none_and_is_replaced(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "paces.json").write_bytes(broken)
    assert seconds_per_picture(tmp_path) == {}
    pace = Pace(tmp_path, "starter")
    pace.note(1, 0.0)
    pace.note(ENOUGH, 8.0)
    assert seconds_per_picture(tmp_path) == {"starter": 8 / ENOUGH}


def test_a_cache_that_can_not_be_written_costs_nothing_but_the_figure(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    pace = Pace(tmp_path / "models", "starter")
    pace.note(1, 0.0)
    pace.note(ENOUGH, 8.0)
    assert seconds_per_picture(tmp_path / "models") == {}
