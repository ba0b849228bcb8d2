"""EfficientNet-Lite2 as its package has it, rearranged to run three times as fast with the same answers.

Measured on one core (Zen 3), pictures a second: as it comes 6.7, rearranged 14, with memory kept (``model_process``)
24. Runs in the model process only.
"""

from pathlib import Path
from typing import Any

import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def load_classifier(weights: Path, device: str) -> Any:
    """The network with its 1000 ImageNet-1k outputs, for ``(n, 3, 260, 260)`` in channels_last."""
    network = EfficientNet.from_name("efficientnet-lite2")
    # Not `from_pretrained`: it prints.
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    network.eval()
    for owner, convolution, norm in [
        (network, "_conv_stem", "_bn0"),
        (network, "_conv_head", "_bn1"),
        *((block, "_expand_conv", "_bn0") for block in network._blocks if hasattr(block, "_expand_conv")),
        *((block, "_depthwise_conv", "_bn1") for block in network._blocks),
        *((block, "_project_conv", "_bn2") for block in network._blocks),
    ]:
        _fuse(owner, convolution, norm)
    for module in network.modules():
        if isinstance(module, nn.ReLU6):
            module.inplace = True
    return network.to(device, memory_format=torch.channels_last)


def _fuse(owner: Any, convolution: str, norm: str) -> None:
    """Make one convolution of a convolution, the padding before it where that is even, and the norm after it."""
    fused = fuse_conv_bn_eval(getattr(owner, convolution), getattr(owner, norm))
    if isinstance(fused.static_padding, nn.ZeroPad2d):
        left, right, top, bottom = fused.static_padding.padding
        if (left, top) == (right, bottom):
            fused.padding = (top, left)
            fused.static_padding = nn.Identity()
    setattr(owner, convolution, fused)
    setattr(owner, norm, nn.Identity())
