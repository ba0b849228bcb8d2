"""What a model's own preprocessor_config.json means, checked against the files that real models ship."""

import json
from pathlib import Path
from typing import Any

import pytest

from photoseek.domain import PixelSpec
from photoseek.embedding.preprocessing import pixels_of, read_pixels
from photoseek.errors import ModelError

CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
CLIP = PixelSpec("shortest_edge", 224, 224, 224, 224, 3, CLIP_MEAN, CLIP_STD)
LEGACY_CLIP: dict[str, Any] = {
    "crop_size": 224,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "CLIPFeatureExtractor",
    "image_mean": list(CLIP_MEAN),
    "image_std": list(CLIP_STD),
    "resample": 3,
    "size": 224,
}


def test_the_sizes_of_old_clip_repositories_are_numbers() -> None:
    assert pixels_of(LEGACY_CLIP) == CLIP


@pytest.mark.parametrize("said", ["CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPImageProcessorPil"])
def test_new_clip_repositories_name_their_sides(said: str) -> None:
    config = LEGACY_CLIP | {"size": {"shortest_edge": 224}, "crop_size": {"height": 224, "width": 224}}
    del config["feature_extractor_type"]
    assert pixels_of(config | {"image_processor_type": said, "do_rescale": True, "rescale_factor": 1 / 255}) == CLIP


def test_what_a_clip_file_does_not_say_is_as_transformers_has_it() -> None:
    assert pixels_of({"image_processor_type": "CLIPImageProcessor"}) == CLIP


def test_siglip_is_resized_to_the_exact_size_without_a_crop() -> None:
    config = {
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5] * 3,
        "image_processor_type": "SiglipImageProcessor",
        "image_std": [0.5] * 3,
        "resample": 2,
        "size": {"height": 384, "width": 256},
    }
    assert pixels_of(config) == PixelSpec("exact", 256, 384, 256, 384, 2, (0.5,) * 3, (0.5,) * 3)


def test_a_processor_without_normalisation_leaves_values_in_0_to_1() -> None:
    spec = pixels_of(LEGACY_CLIP | {"do_normalize": False})
    assert (spec.mean, spec.std) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"feature_extractor_type": "Siglip2ImageProcessor"}, "Siglip2ImageProcessor"),
        ({"feature_extractor_type": "Qwen2VLImageProcessor"}, "does not know"),
        ({"size": {"longest_edge": 224}}, "size"),
        ({"do_center_crop": False}, "any shape"),
        ({"do_resize": False}, "not resized"),
        ({"rescale_factor": 1 / 127.5}, "1/255"),
        ({"image_mean": [0.5]}, "three colours"),
        ({"crop_size": 256}, "larger"),
    ],
)
def test_what_photoseek_can_not_do_is_refused_in_words(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        pixels_of(LEGACY_CLIP | change)


def test_the_file_is_found_in_the_folder_of_a_sentence_transformers_part(tmp_path: Path) -> None:
    (tmp_path / "0_CLIPModel").mkdir()
    (tmp_path / "0_CLIPModel" / "preprocessor_config.json").write_text(json.dumps(LEGACY_CLIP))
    module = {"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}
    (tmp_path / "modules.json").write_text(json.dumps([module]))
    assert read_pixels(tmp_path) == CLIP


def test_it_is_found_inside_a_processor_config(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "processor_config.json").write_text(json.dumps({"image_processor": LEGACY_CLIP}))
    assert read_pixels(tmp_path) == CLIP


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_folder_that_says_nothing_of_pictures_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "preprocessor_config.json").write_text(content)
    with pytest.raises(ModelError):
        read_pixels(tmp_path)


def test_the_tiny_clip_is_understood(tiny_clip: Path) -> None:
    assert read_pixels(tiny_clip) == PixelSpec("shortest_edge", 64, 64, 64, 64, 3, CLIP_MEAN, CLIP_STD)
