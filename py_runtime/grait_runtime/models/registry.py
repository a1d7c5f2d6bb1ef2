"""Loaded models by handle; handles with the same weights share one copy."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from grait_runtime.adapters.folder import ADAPTER_FILE, CONFIG_FILE, adapter_identity
from grait_runtime.adapters.trial_tokens import embedding_rows
from grait_runtime.contract import LoadModelRequest, LoadModelResult, ModelCheck
from grait_runtime.device.devices import DTYPES, auto_dtype, dtype_name, pick_device, settle_kernels
from grait_runtime.errors import RuntimeFault
from grait_runtime.files.digests import files_digest, folder_digest
from grait_runtime.models.base_adapter import base_adapter_notes, merge_base_adapter, quantized_base
from grait_runtime.models.context_length import context_length
from grait_runtime.models.finite_weights import require_finite
from grait_runtime.models.hub_download import Watch
from grait_runtime.models.loaded_model import LoadedModel, SharedWeights
from grait_runtime.models.loading import load_module
from grait_runtime.models.shape import model_shape
from grait_runtime.models.sources import resolve_adapter, resolve_model
from grait_runtime.models.tokenizer import load_tokenizer
from grait_runtime.models.whole_files import require_whole_files
from grait_runtime.templates.chat_form import ChatForm
from grait_runtime.templates.end_of_turn import stop_token_ids
from grait_runtime.templates.find_form import find_chat_form
from grait_runtime.templates.joining import adds_leading_space


class ModelRegistry:
    """Every loaded model, by handle. `device`: auto, cpu, cuda, cuda:N or mps."""

    def __init__(self, device: str = "auto") -> None:
        self.device = pick_device(device)
        settle_kernels()
        self._models: dict[str, LoadedModel] = {}
        self._weights: dict[tuple[str, str, str], SharedWeights] = {}
        self._made = 0
        #: Sentence embedders by source, kept by the embed operation.
        self.embedders: dict[str, Any] = {}

    def load(self, request: LoadModelRequest, watch: Watch | None = None) -> LoadModelResult:
        """Load a model (or share weights that are already loaded) and give it a handle. `watch` follows a download."""
        weights = self._shared_weights(request, watch)
        self._made += 1
        handle = f"model-{self._made}"
        try:
            loaded = _describe(handle, request, weights)
            if request.adapter is not None:
                with loaded.for_inference():
                    pass  # refuse an adapter that does not fit now, not at the first question
        except BaseException:
            self._release_unused()
            raise
        weights.handles.add(handle)
        self._models[handle] = loaded
        return LoadModelResult(
            model=handle,
            revision=loaded.revision,
            architecture=(weights.base.config.architectures or [type(weights.base).__name__])[0],
            dtype=dtype_name(weights.dtype),
            device=weights.device.type,  # type: ignore[arg-type]  # pick_device gives only the contract's kinds
            parameters=loaded.module.num_parameters(),
            layers=model_shape(loaded).layers,
            context_length=loaded.context_length,
            has_chat_template=loaded.tokenizer.chat_template is not None,
            template_digest=loaded.chat.digest,
            template_date=loaded.chat.date,
            end_of_turn=loaded.end_of_turn,
            checks=[*_base_adapter(request, weights), loaded.chat.trial],
        )

    def adopt(self, module: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, source: str) -> LoadedModel:
        """Give a handle to a model that was made in this process, on this device.

        `source` names it (`KIND:NAME`), and stands for its weights: two models of one name must be the same.
        """
        module.eval().requires_grad_(False)
        digest = hashlib.sha256(source.encode()).hexdigest()
        weights = SharedWeights(module, tokenizer, digest, self.device, module.dtype)
        request = LoadModelRequest(source, "auto", "none", None, None, {}, verify=False)
        self._made += 1
        handle = f"model-{self._made}"
        loaded = _describe(handle, request, weights)
        weights.handles.add(handle)
        self._weights[digest, dtype_name(module.dtype), "none"] = weights
        self._models[handle] = loaded
        return loaded

    def get(self, handle: str) -> LoadedModel:
        """The model with this handle; RuntimeFault invalid_request if there is none."""
        loaded = self._models.get(handle)
        if loaded is None:
            raise RuntimeFault("invalid_request", f"there is no loaded model {handle!r}", hint="load it first")
        return loaded

    def unload(self, handle: str) -> None:
        """Remove a handle; the weights are freed with the last one."""
        self.get(handle)
        del self._models[handle]
        for weights in self._weights.values():
            weights.handles.discard(handle)
        self._release_unused()

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Take a running call's changes off the models while other calls compute, then put them back."""
        with ExitStack() as stack:
            for weights in list(self._weights.values()):
                if weights.in_use:
                    stack.enter_context(weights.set_aside())
            yield

    def _shared_weights(self, request: LoadModelRequest, watch: Watch | None) -> SharedWeights:
        dtype = auto_dtype(self.device) if request.dtype == "auto" else DTYPES[request.dtype]
        adapter = None if request.base_adapter is None else resolve_adapter(request.base_adapter, watch)
        if adapter is not None and request.quantization != "none":
            raise quantized_base()
        files = resolve_model(request.source, every_byte=request.verify, watch=watch)
        if files.gguf_file is None:
            require_whole_files(files.folder)
        digest = files.digest(every_byte=request.verify)
        if adapter is not None:
            of_adapter = files_digest([adapter / CONFIG_FILE, adapter / ADAPTER_FILE], every_byte=request.verify)
            digest = hashlib.sha256(f"{digest}\0adapter\0{of_adapter}".encode()).hexdigest()
        key = (digest, dtype_name(dtype), request.quantization)
        if key not in self._weights:
            tokenizer = load_tokenizer(files)
            base = load_module(files, self.device, dtype, request.quantization)
            notes = [] if adapter is None else list(base_adapter_notes(adapter, request.source, tokenizer))
            if adapter is not None:
                merge_base_adapter(base, adapter)
            require_finite(base, request.source)
            self._weights[key] = SharedWeights(base, tokenizer, digest, self.device, dtype, notes=notes)
        return self._weights[key]

    def _release_unused(self) -> None:
        self._weights = {key: weights for key, weights in self._weights.items() if weights.handles}
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


def _base_adapter(request: LoadModelRequest, weights: SharedWeights) -> list[ModelCheck]:
    if request.base_adapter is None:
        return []
    message = f"the weights are those of {request.source} with {request.base_adapter} merged in"
    return [ModelCheck("adapter", "right", "; ".join([message, *weights.notes]))]


def _chat_form(request: LoadModelRequest, weights: SharedWeights) -> ChatForm:
    key = (request.source, json.dumps(request.template_options, sort_keys=True))
    if key not in weights.chat_forms:
        weights.chat_forms[key] = find_chat_form(weights.tokenizer, request.template_options, request.source)
    return weights.chat_forms[key]


def _describe(handle: str, request: LoadModelRequest, weights: SharedWeights) -> LoadedModel:
    tokenizer = weights.tokenizer
    chat = _chat_form(request, weights)
    revision = weights.digest
    if request.quantization != "none":
        revision = hashlib.sha256(f"{revision}\0{request.quantization}".encode()).hexdigest()
    if request.adapter is not None:
        adapter_identity(request.adapter)
        revision = hashlib.sha256(f"{revision}\0{folder_digest(Path(request.adapter))}".encode()).hexdigest()
    return LoadedModel(
        handle=handle,
        source=request.source,
        revision=revision,
        weights=weights,
        tokenizer=tokenizer,
        context_length=context_length(weights.base, tokenizer, request.source),
        embedding_rows=embedding_rows(weights.base),
        chat=chat,
        stop_ids=stop_token_ids(weights.base, tokenizer, chat.end_of_turn_id),
        base_adapter=request.base_adapter,
        adapter=request.adapter,
        adds_leading_space=adds_leading_space(tokenizer),
    )
