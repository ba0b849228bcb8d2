"""How the picture tower computes: in which number format, by which library. Runs in the model process only.

bfloat16 on a processor is several times faster with matrix units (AMX) and several times slower without, and packed
layers (``packing``) gain much on one and little on another. So each is used only where a short test on this machine
shows it faster; what was found is kept for machine, torch and model.
"""

import contextlib
import hashlib
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from photoseek.embedding import packing
from photoseek.embedding.learnt import recall, remember
from photoseek.embedding.messages import Order

# Of the test: as many pictures as make the product large enough to show what a number format gains.
_TESTED_PICTURES = 4
# Worth its rounding only if it is clearly faster.
_NEEDED_SPEED_UP = 1.3
# Cosine below which a number format is refused; bfloat16 in a sound CLIP stays above .999.
_NEEDED_COSINE = 0.999
# Packed layers round no more than others do: what is no noise is worth it.
_NEEDED_BY_PACKING = 1.05
_MATRIX = (512, 768, 3072)  # a batch through the widest layer of ViT-B

Timer = Callable[[Callable[[], object]], float]


@dataclass(frozen=True)
class Precision:
    """A number format; ``reduced`` is None for float32 throughout."""

    device: str
    reduced: torch.dtype | None
    packed: bool = False

    def context(self) -> contextlib.AbstractContextManager[object]:
        """What pictures are computed in."""
        if self.reduced is None:
            return contextlib.nullcontext()
        return torch.autocast(self.device.partition(":")[0], dtype=self.reduced)

    def keep_weights(self, tower: torch.nn.Module | None) -> None:
        """Keep the large weights of a picture tower, where it stands by itself, as they are computed with.

        autocast makes the same copies of all weights for each batch: without that ViT-B/32 takes 16.7 ms a picture
        instead of 19.5 in batches of 16, and 46 instead of 85 alone.
        """
        if tower is None:
            return
        if self.packed:
            packing.pack(tower, self.reduced or torch.float32)
        if self.reduced is not None:
            for layer in tower.modules():
                if isinstance(layer, (torch.nn.Linear, torch.nn.Conv2d)):
                    layer.to(self.reduced)


def full() -> Precision:
    """float32 throughout."""
    return Precision("cpu", None)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the test found on this machine."""

    bfloat16: bool
    packed: bool


def choose(order: Order, device: str, run: Callable[[torch.Tensor], torch.Tensor], pixels: torch.Tensor) -> Precision:
    """The number format for this model on this machine.

    Args:
        order: Says where findings are kept.
        device: Where the model is.
        run: The picture tower.
        pixels: One picture, ``(1, 3, h, w)`` float32, to try it with.
    """
    if device.startswith("cuda"):
        return Precision(device, torch.float16)
    if device != "cpu":
        return full()
    place = order.cache / f"precision-{_circumstances(order.key)}.json"
    finding = recall(place, Finding)
    if finding is None:
        bfloat16 = bfloat16_pays(run, torch.rand_like(pixels), seconds)
        finding = Finding(bfloat16, packing_pays(torch.bfloat16 if bfloat16 else torch.float32, seconds))
        remember(place, finding)
    return Precision(device, torch.bfloat16 if finding.bfloat16 else None, finding.packed)


def bfloat16_pays(run: Callable[[torch.Tensor], torch.Tensor], pixels: torch.Tensor, timer: Timer) -> bool:
    """Whether bfloat16 is clearly faster here and gives the same embedding.

    One matrix product comes first: where it is slow, the whole model would take seconds to say the same.
    """
    rows, inner, columns = _MATRIX
    left, right = torch.rand(rows, inner), torch.rand(inner, columns)
    left_half, right_half = left.bfloat16(), right.bfloat16()
    with torch.inference_mode():
        if timer(lambda: left @ right) < _NEEDED_SPEED_UP * timer(lambda: left_half @ right_half):
            return False
        batch = pixels.expand(_TESTED_PICTURES, -1, -1, -1)
        exact = run(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rounded = run(batch).float()
            reduced_s = timer(lambda: run(batch))
        full_s = timer(lambda: run(batch))
    cosine = float(torch.nn.functional.cosine_similarity(exact, rounded).min())
    return full_s >= _NEEDED_SPEED_UP * reduced_s and cosine >= _NEEDED_COSINE


@torch.inference_mode()
def packing_pays(dtype: torch.dtype, timer: Timer) -> bool:
    """Whether a layer in this number format is faster here when it is packed."""
    if not packing.is_possible():
        return False
    rows, inner, columns = _MATRIX
    layer, inputs = torch.nn.Linear(inner, columns).to(dtype), torch.rand(rows, inner).to(dtype)
    packed = packing.PackedLinear(layer, dtype)
    return timer(lambda: layer(inputs)) >= _NEEDED_BY_PACKING * timer(lambda: packed(inputs))


def seconds(work: Callable[[], object]) -> float:
    """Processor time that a work takes, the better of two, after one to warm up; what else runs counts for little."""
    work()
    taken = []
    for _ in range(2):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def _circumstances(key: str) -> str:
    capability = torch.backends.cpu.get_cpu_capability()
    said = f"{platform.node()}|{platform.machine()}|{platform.processor()}|{capability}|{torch.__version__}|{key}"
    return hashlib.sha256(said.encode()).hexdigest()[:24]
