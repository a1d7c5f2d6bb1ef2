"""The operation embed: sentence embeddings, mean-pooled and L2-normalised (Sentence-BERT, arXiv 1908.10084)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import EmbedItem, EmbedRequest, PlanResult
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.identity import machine_identity
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.sources import resolve_embedder
from grait_runtime.planning.batches import plan_batches
from grait_runtime.planning.halvings import Halvings
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.planned_stream import plan_result, stream_plan
from grait_runtime.planning.token_rows import TokenIds

#: Maximum tokens read; a longer text is truncated. all-MiniLM-L6-v2 was trained on 128 and reads 256.
_MAX_TOKENS = 256
_TOKEN_BUDGET = 8192
_MAX_ROWS = 256
_WINDOW = 4096


@dataclass(frozen=True)
class Embedder:
    """A sentence encoder, float32, in eval mode."""

    module: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    max_tokens: int
    #: SHA-256 of its files.
    digest: str


def embed(models: ModelRegistry, request: EmbedRequest, context: CallContext) -> PlanResult:
    """Stream float32 [n, dim] rows of norm 1; `indices` give the text of each row."""
    embedder = _embedder(models, request.source)
    tokens = _tokens(embedder, request.texts)
    lengths = [len(ids) for ids in tokens]
    cut = sum(length > embedder.max_tokens for length in lengths)
    if cut:
        context.warn(
            f"{cut} texts are longer than the embedder's {embedder.max_tokens} tokens; only their beginning is used"
        )
    lengths = [min(length, embedder.max_tokens) for length in lengths]
    length_of = dict(enumerate(lengths))
    limits = BatchLimits(request.token_budget or _TOKEN_BUDGET, _MAX_ROWS, _WINDOW, shares_keys=False)
    batches = plan_batches(lengths, token_budget=limits.token_budget, max_rows=_MAX_ROWS, window=_WINDOW)
    halvings = Halvings(limits, request.halvings, context)

    def compute(number: int, batch: Sequence[int]) -> None:
        rows = np.zeros((len(batch), embedder.module.config.hidden_size), np.float32)
        place = {index: row for row, index in enumerate(batch)}
        for part, found in halvings.parts(
            batch, length_of, lambda part: _embed_batch(embedder, [request.texts[index] for index in part])
        ):
            if found is None:
                raise _does_not_fit(part[0], lengths[part[0]], models.device)
            rows[[place[index] for index in part]] = found
        if not np.isfinite(rows).all():
            message = f"the embedder {request.source} gives numbers that are not finite (NaN or infinite)"
            raise RuntimeFault("model_unsupported", message, hint="its files are damaged: install or get them anew")
        item = EmbedItem(batch=number, indices=list(batch), embeddings=tensor_ref(rows, 0), halvings=halvings.count)
        context.emit(item, [rows])

    stream_plan(batches, request.completed, context, "texts", compute)
    identity = {"weights": embedder.digest, **machine_identity(models.device, torch.float32)}
    return plan_result(batches, [""] * len(tokens), tokens, "embed", identity, limits, embedder.max_tokens)


def _does_not_fit(index: int, tokens: int, device: torch.device) -> RuntimeFault:
    message = f"text {index} of {tokens} tokens does not fit the memory of {device}, even alone"
    return RuntimeFault("out_of_memory", message, hint="free memory on the machine", details={"index": index})


@torch.inference_mode()
def _embed_batch(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
    encoded = embedder.tokenizer(
        list(texts), padding=True, truncation=True, max_length=embedder.max_tokens, return_tensors="pt"
    ).to(embedder.module.device)
    states = embedder.module(**encoded).last_hidden_state
    mask = encoded["attention_mask"][:, :, None].to(states.dtype)
    mean = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
    rows: NDArray[np.float32] = torch.nn.functional.normalize(mean, dim=-1).float().cpu().numpy()
    return np.ascontiguousarray(rows)


def _tokens(embedder: Embedder, texts: Sequence[str]) -> list[TokenIds]:
    """The token ids of each text, without truncation."""
    if not texts:
        return []
    encoded = embedder.tokenizer(list(texts), verbose=False)
    return [np.array(ids, np.int32) for ids in encoded["input_ids"]]


def _embedder(models: ModelRegistry, source: str) -> Embedder:
    if source not in models.embedders:
        files = resolve_embedder(source)
        folder = files.folder
        try:
            module = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except Exception as error:
            if is_out_of_memory(error):
                raise RuntimeFault("out_of_memory", f"{folder} does not fit the memory of {models.device}") from error
            raise RuntimeFault(
                "model_unsupported", f"the embedder in {folder} cannot be loaded: {first_line(error)}"
            ) from error
        module.to(models.device).eval().requires_grad_(False)
        limit = min(_MAX_TOKENS, int(module.config.max_position_embeddings), int(tokenizer.model_max_length))
        models.embedders[source] = Embedder(module, tokenizer, limit, files.digest())
    found: Embedder = models.embedders[source]
    return found
