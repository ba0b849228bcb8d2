"""Linear layers by oneDNN, their weights laid out for it once. Runs in the model process only.

torch computes float32 layers by MKL, which on AMD's processors leaves AVX-512 alone, and lays the weights of bfloat16
ones out anew for each batch. The two operators here are those that torch's own compiler ends up with
(torch/_inductor/mkldnn_ir.py); a build of torch without them packs nothing.

In an MLP the activation is computed with the layer before it, without a way through memory. QuickGELU,
x sigmoid(1.702 x) (Hendrycks and Gimpel 2016, arXiv:1606.08415), is the SiLU of 1.702 x, divided by 1.702: both factors
go into weights.
"""

from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True, slots=True)
class _Activation:
    """An activation as oneDNN has it: of ``factor`` times x, divided by ``factor``."""

    name: str = "none"
    algorithm: str = ""
    factor: float = 1.0


_NONE = _Activation()
# By transformers' names (activations.py), of those that CLIP and SigLIP have.
_ACTIVATIONS = {
    "quick_gelu": _Activation("swish", factor=1.702),
    "gelu": _Activation("gelu", "none"),
    "gelu_pytorch_tanh": _Activation("gelu", "tanh"),
}


class PackedLinear(torch.nn.Module):
    """What a linear layer says, computed in ``dtype``, and what its activation makes of that."""

    def __init__(
        self, layer: torch.nn.Linear, dtype: torch.dtype, activation: _Activation = _NONE, divisor: float = 1.0
    ) -> None:
        super().__init__()
        weight = layer.weight.detach() * (activation.factor / divisor)
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.to(dtype))
        bias: torch.Tensor | None = layer.bias
        self._bias = None if bias is None else (bias.detach() * activation.factor).to(dtype)
        self._dtype = dtype
        self._activation = activation

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """``(…, inputs)`` to ``(…, outputs)`` in the layer's own ``dtype``."""
        name, algorithm = self._activation.name, self._activation.algorithm
        outputs: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
            inputs.to(self._dtype), self._weight, self._bias, name, [], algorithm
        )
        return outputs


def is_possible() -> bool:
    """Whether this build of torch can pack layers."""
    try:
        PackedLinear(torch.nn.Linear(1, 1), torch.float32)(torch.zeros(1, 1))
    except (AttributeError, RuntimeError):  # no such operator, or none for this processor
        return False
    return True


def pack(tower: torch.nn.Module, dtype: torch.dtype) -> None:
    """Replace the linear layers of a tower by packed ones; their own weights are given up."""
    for module in tower.modules():
        if hasattr(module, "fc1") and hasattr(module, "fc2") and hasattr(module, "activation_fn"):
            _pack_mlp(module, dtype)
    for module in list(tower.modules()):
        for name, layer in list(module.named_children()):
            if type(layer) is torch.nn.Linear:  # others than these are asked for their weights from outside
                setattr(module, name, PackedLinear(layer, dtype))


def _pack_mlp(mlp: Any, dtype: torch.dtype) -> None:
    activation = _ACTIVATIONS.get(mlp.config.hidden_act)
    if activation is not None:
        mlp.fc1 = PackedLinear(mlp.fc1, dtype, activation)
        mlp.fc2 = PackedLinear(mlp.fc2, dtype, divisor=activation.factor)
        mlp.activation_fn = torch.nn.Identity()
