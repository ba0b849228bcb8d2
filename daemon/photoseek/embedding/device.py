"""On what the model would compute here, found out in a process of its own: it loads torch. For ``photoseek doctor``."""

import multiprocessing
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A device for the model.

    Attributes:
        kind: ``cpu``, ``cuda``, ``cuda:1`` or ``mps``; empty where none can be used.
        name: Of a graphics card, as its driver calls it.
        trouble: Why none can be used: the type of the error.
    """

    kind: str = ""
    name: str = ""
    trouble: str = ""


def find_device(wanted: str) -> Device:
    """The device for the setting ``[model] device``; takes as long as importing torch. Never raises."""
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
            return child.submit(_find, wanted).result()
    except Exception as error:
        return Device(trouble=type(error).__name__)


def _find(wanted: str) -> Device:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of graphics cards that are too old
        import torch  # noqa: PLC0415 - in the child only

        from photoseek.embedding.towers import pick_device  # noqa: PLC0415 - imports torch

        kind = pick_device(wanted)
        return Device(kind, torch.cuda.get_device_name(kind) if kind.startswith("cuda") else "")
