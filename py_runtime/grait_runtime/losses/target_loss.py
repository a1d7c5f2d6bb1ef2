"""The loss for training and gradients: mean cross-entropy over a sample's target tokens, including its end of turn.

The output head sees only the hidden states that predict a target token. With prompts of 60 tokens, targets of 10 and a
vocabulary of 50,000, the other logits would be most of a small model's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy
from transformers import Cache, DynamicCache, PreTrainedModel

from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.losses.target_batch import TargetBatch, shared_prefix, target_batch
from grait_runtime.models.forward_parameters import cache_parameter


def sample_losses(module: PreTrainedModel, batch: TargetBatch) -> Tensor:
    """Loss of every row, unweighted: float32 [b], nats."""
    with compute_precision(module), _attention(module, len(batch.prefix) + batch.input_ids.shape[1]):
        cache = {cache_parameter(module): _prefix_cache(module, batch)} if len(batch.prefix) else {}
        with _head_at(module, batch.positions):
            logits = module(input_ids=batch.input_ids, use_cache=bool(cache), **cache).logits
    token_losses = cross_entropy(logits.float(), batch.targets, reduction="none")
    return batch.averaging @ token_losses


def weighted_loss(losses: Tensor, weights: Tensor, samples: int) -> Tensor:
    """sum_i w_i L_i / `samples`, the sample count of the whole optimizer step, so that its micro-batches add up."""
    return (losses * weights).sum() / samples


def can_share_prefix(module: PreTrainedModel, samples: Sequence[EncodedSample], device: torch.device) -> bool:
    """Whether computing the prefix once gives the same losses; not every architecture keeps keys and values."""
    prefix = shared_prefix(samples)
    try:
        with torch.no_grad():
            whole = sample_losses(module, target_batch(samples, device))
            shared = sample_losses(module, target_batch(samples, device, prefix))
    except Exception as error:  # an architecture without such a cache can raise anything
        if is_out_of_memory(error):
            raise
        return False
    tolerance = 1e-4 if module.dtype == torch.float32 else 3e-2
    return torch.allclose(whole, shared, rtol=tolerance, atol=tolerance)


def compute_precision(module: PreTrainedModel) -> AbstractContextManager[object]:
    """The precision context: products in the dtype of a half-precision base (LoRA parameters stay float32)."""
    if module.dtype == torch.float32:
        return nullcontext()
    return torch.autocast(module.device.type, dtype=module.dtype)


def _attention(module: PreTrainedModel, tokens: int) -> AbstractContextManager[object]:
    """Unfused attention for short bfloat16 rows on a CPU: the fused backward pass takes up to four times as long."""
    short = module.device.type == "cpu" and module.dtype == torch.bfloat16 and tokens <= _SHORT_ROWS
    # Checkpointed layers are computed again outside this context and would use the other attention.
    return sdpa_kernel(SDPBackend.MATH) if short and not module.is_gradient_checkpointing else nullcontext()


#: Row length up to which unfused attention was faster: 3 ms against 11 at 36 tokens, 29 against 35 at 160, not at 256.
_SHORT_ROWS = 160


def _prefix_cache(module: PreTrainedModel, batch: TargetBatch) -> Cache:
    """Keys and values of the common prefix, computed once and repeated for every row, with gradients."""
    cache = DynamicCache(config=module.config)
    with _head_at(module, batch.positions[:0]):
        module(input_ids=batch.prefix[None], use_cache=True, **{cache_parameter(module): cache})
    cache.batch_repeat_interleave(len(batch.input_ids))
    return cache


@contextmanager
def _head_at(module: PreTrainedModel, positions: Tensor) -> Iterator[None]:
    """Inside, the output head computes only `positions`: logits are [n, vocabulary]."""

    def gather(head: nn.Module, inputs: tuple[Any, ...]) -> tuple[Tensor]:
        states: Tensor = inputs[0]
        return (states.flatten(0, 1).index_select(0, positions),)

    head = module.get_output_embeddings()
    if head is None:
        raise RuntimeFault("model_unsupported", f"{type(module).__name__} has no output head")
    handle = head.register_forward_pre_hook(gather)
    try:
        yield
    finally:
        handle.remove()
