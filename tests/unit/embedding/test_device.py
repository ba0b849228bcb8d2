"""On what the model would compute: asked of the real torch, in a process of its own."""

import sys

import torch

from photoseek.embedding import Device, find_device


def test_the_device_is_found_where_torch_is_imported_by_a_child_alone() -> None:
    assert find_device("cpu") == Device("cpu")
    assert "photoseek.embedding.towers" not in sys.modules or "torch" in sys.modules


def test_a_device_that_is_not_there_is_a_finding_and_no_error() -> None:
    there = torch.cuda.device_count()
    assert find_device(f"cuda:{there}") == Device(trouble="ModelError")
