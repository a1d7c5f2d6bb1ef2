"""Tries whether gradients pass through a model: some architectures compute in ways that autograd cannot go back."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.loaded_model import LoadedModel

_TOKENS = 12
#: What was found for each model in memory: None, or why gradients do not pass.
_found: WeakKeyDictionary[PreTrainedModel, str | None] = WeakKeyDictionary()


def refuse_without_gradients(loaded: LoadedModel) -> None:
    """RuntimeFault model_unsupported if the model's backward pass fails on a few tokens; tried once."""
    module = loaded.module
    if module not in _found:
        _found[module] = _obstacle(module, loaded.embedding_rows)
    if (why := _found[module]) is not None:
        raise RuntimeFault(
            "model_unsupported",
            f"{type(module).__name__} cannot be trained: {why}",
            hint="it can be asked and scored; for training and gradient features, use another architecture",
        )


def _obstacle(module: PreTrainedModel, rows: int) -> str | None:
    ids = (torch.arange(1, _TOKENS + 1) * 7919 % rows)[None].to(module.device)
    reached: list[Tensor] = []

    def require(embeddings: nn.Module, inputs: Any, output: Tensor) -> None:
        output.requires_grad_()
        output.register_hook(reached.append)

    def adapt(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        """Add nothing, as a new adapter does; but like an adapter, keep the layer's input for the backward pass."""
        weight = torch.zeros(inputs[0].shape[-1], 1, dtype=output.dtype, device=output.device, requires_grad=True)
        return output + inputs[0].to(output.dtype) @ weight

    handles = [module.get_input_embeddings().register_forward_hook(require)]
    handles += [layer.register_forward_hook(adapt) for layer in module.modules() if isinstance(layer, nn.Linear)]
    try:
        with torch.enable_grad():
            module(input_ids=ids, use_cache=False).logits[0, -1].float().logsumexp(-1).backward()
    except Exception as error:
        if is_out_of_memory(error):
            raise
        return f"its backward pass fails ({first_line(error)})"
    finally:
        for handle in handles:
            handle.remove()
    return None if reached and bool(reached[0].any()) else "no gradient reaches its embeddings"
