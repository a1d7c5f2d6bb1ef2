"""Every sample's own LoRA gradients from one batched backward pass.

For a linear layer y = x W^T and a batch loss that is the sum of the samples' losses, the gradient of sample i is
dy_i^T x_i over its positions: one batched product of the layer's inputs and output gradients. Only the embeddings'
output requires a gradient, so autograd computes gradients of activations only and none of weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import LoraPair
from grait_runtime.device.scratch import Scratch
from grait_runtime.errors import RuntimeFault
from grait_runtime.losses.target_batch import TargetBatch
from grait_runtime.losses.target_loss import sample_losses

#: Takes a parameter's name and its gradients float32 [n, b]; n: its coordinates in row-major order, b: samples.
#: The sink may overwrite the gradients; they are invalid after it returns.
GradientSink = Callable[[str, Tensor], None]


class PerSampleGradients:
    """Passes the gradients of every LoRA parameter to a sink, one parameter at a time, during the backward pass."""

    def __init__(self, module: PreTrainedModel, pairs: Sequence[LoraPair]) -> None:
        self._module = module
        self._factors = [(pair.a_name, pair.a) for pair in pairs] + [(pair.b_name, pair.b) for pair in pairs]
        head = module.get_output_embeddings()
        #: Factors on the output head, which sees only the positions that predict a target.
        self._at_head = {name for pair in pairs if pair.layer is head for name in (pair.a_name, pair.b_name)}
        self._scratch = Scratch()

    def run(self, batch: TargetBatch, sink: GradientSink, scale: float = 1.0) -> Tensor:
        """Run `batch` forward and backward; return the samples' losses [b], detached.

        `scale`: see losses/loss_scale.py. The gradients that the sink gets are those of the losses themselves.
        """
        seen: set[str] = set()

        def formed(name: str, inputs: Tensor, output_gradients: Tensor) -> None:
            if name in seen:
                raise RuntimeFault("model_unsupported", f"{name} is used more than once in a forward pass")
            seen.add(name)
            gradients = self._gradients(name, inputs, output_gradients, batch)
            sink(name, gradients if scale == 1 else gradients.div_(scale))

        with torch.enable_grad(), _gradients_reach(self._module), self._hooked(formed):
            losses = sample_losses(self._module, batch)
            (losses.sum() * scale).backward()
        unseen = min((name for name, _ in self._factors if name not in seen), default=None)
        if unseen is not None:
            raise RuntimeFault(
                "model_unsupported", f"no gradient of {unseen} arrived: the model does not call its layer"
            )
        return losses.detach()

    @contextmanager
    def _hooked(self, formed: Callable[[str, Tensor, Tensor], None]) -> Iterator[None]:
        handles = [factor.register_forward_hook(_saving(name, formed)) for name, factor in self._factors]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _gradients(self, name: str, inputs: Tensor, output_gradients: Tensor, batch: TargetBatch) -> Tensor:
        """[b, t, in] and [b, t, out] -> [out * in, b]; the output head has flat positions: [n, in] and [n, out].

        Some layers see [b * t, in], or more dimensions between b and in.
        """
        rows, length = batch.input_ids.shape
        inputs, output_gradients = inputs.float(), output_gradients.float()
        by_row = inputs.shape[0] == rows and inputs.dim() > 2
        flat_tokens = inputs.dim() == 2 and inputs.shape[0] == rows * length
        if name not in self._at_head and (by_row or flat_tokens):
            inputs = inputs.reshape(rows, -1, inputs.shape[-1])
            output_gradients = output_gradients.reshape(rows, -1, output_gradients.shape[-1])
            shape = (rows, output_gradients.shape[-1], inputs.shape[-1])
            by_sample = self._scratch.take("rows", shape, inputs.device)
            torch.bmm(output_gradients.transpose(1, 2), inputs, out=by_sample)
        elif name in self._at_head and inputs.dim() == 2 and inputs.shape[0] == len(batch.targets):
            own = zip(inputs.split(batch.target_counts), output_gradients.split(batch.target_counts), strict=True)
            by_sample = torch.stack([gradient.T @ value for value, gradient in own])
        else:
            shape_text = "x".join(map(str, inputs.shape))
            raise RuntimeFault("model_unsupported", f"{name} sees inputs of shape {shape_text}, not one row per sample")
        flat = by_sample.view(rows, -1)
        return self._scratch.take("columns", (flat.shape[1], rows), flat.device).copy_(flat.T)


@contextmanager
def _gradients_reach(module: PreTrainedModel) -> Iterator[None]:
    """Let gradients flow through a frozen model by requiring them at the embeddings' output."""

    def require(embeddings: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        # A copy: some models scale their embeddings in place, which autograd forbids for the tensor that requires it.
        return output.requires_grad_().clone()

    handle = module.get_input_embeddings().register_forward_hook(require)
    try:
        yield
    finally:
        handle.remove()


def _saving(name: str, formed: Callable[[str, Tensor, Tensor], None]) -> Callable[[nn.Module, Any, Tensor], None]:
    """A forward hook that keeps a layer's inputs until the gradient of its output arrives."""

    def keep(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        value = inputs[0].detach()
        output.register_hook(lambda gradient: formed(name, value, gradient))

    return keep
