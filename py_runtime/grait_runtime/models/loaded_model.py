"""A loaded model as operations see it: shared weights, tokenizer, limits and the current adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from grait_runtime.adapters.folder import adapter_identity
from grait_runtime.adapters.fresh import FreshAdapter, add_fresh_adapter
from grait_runtime.adapters.injection import inject_adapter, remove_adapter
from grait_runtime.adapters.module_tree import ModuleTree
from grait_runtime.contract import LoraSettings
from grait_runtime.templates.chat_form import ChatForm


@dataclass
class SharedWeights:
    """One copy of a model's weights, used by every handle of the same source, base adapter, dtype and quantization."""

    base: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    digest: str
    device: torch.device
    dtype: torch.dtype
    handles: set[str] = field(default_factory=set)
    #: How the model is spoken to, by source and template options: tried once, for every adapter on these weights.
    chat_forms: dict[tuple[str, str], ChatForm] = field(default_factory=dict)
    #: What users should know of the adapter that was merged into `base`.
    notes: list[str] = field(default_factory=list)
    #: Identity of the adapter left in `base` between calls, so that the next call need not inject it again.
    resting_adapter: tuple[str, int, int] | None = None
    #: What `base` consists of without the adapter that is on it now; None: it is bare.
    bare_tree: ModuleTree | None = None
    #: What clients were told once about these weights.
    told: set[str] = field(default_factory=set)
    in_use: bool = False

    def tell_once(self, note: str, tell: Callable[[str], None]) -> None:
        """Tell a client what these weights make necessary, unless one was told before."""
        if note not in self.told:
            self.told.add(note)
            tell(note)

    def bare(self) -> PreTrainedModel:
        """The module without any adapter."""
        if self.bare_tree is not None and not self.in_use:
            remove_adapter(self.base, self.bare_tree)
            self.resting_adapter, self.bare_tree = None, None
        return self.base

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Inside, the module is bare and free for other calls; afterwards, the state of the current call is restored.

        The same adapter layers are put back, with their trained values, gradients and modes, and so are replaced
        `forward` methods (see training/activation_checkpointing.py).
        """
        identity, bare_tree, adapted_tree = self.resting_adapter, self.bare_tree, ModuleTree(self.base)
        modes = {layer: layer.training for layer in self.base.modules()}
        forwards = {layer: layer.__dict__.pop("forward") for layer in modes if "forward" in layer.__dict__}
        if bare_tree is not None:
            bare_tree.restore()
        self.base.eval()
        self.resting_adapter, self.bare_tree, self.in_use = None, None, False
        try:
            yield
        finally:
            self.bare()
            adapted_tree.restore()
            for layer, training in modes.items():
                layer.training = training
            for layer, forward in forwards.items():
                layer.forward = forward
            self.resting_adapter, self.bare_tree, self.in_use = identity, bare_tree, True


@dataclass(frozen=True)
class LoadedModel:
    """A model as operations see it."""

    handle: str
    source: str
    #: SHA-256; changes with weights, quantization, configuration, tokenizer, chat template or the handle's adapter.
    revision: str
    weights: SharedWeights
    tokenizer: PreTrainedTokenizerBase
    #: Maximum number of tokens of prompt and answer together.
    context_length: int
    #: The number of token ids that the model can read.
    embedding_rows: int
    #: How the model is spoken to, and where its answers stand.
    chat: ChatForm
    #: Tokens that end a generation.
    stop_ids: frozenset[int]
    #: The source of the adapter that is merged into the weights.
    base_adapter: str | None
    #: The adapter folder that the handle was loaded with.
    adapter: str | None
    #: True for SentencePiece tokenizers, which put a space before text encoded on its own.
    adds_leading_space: bool

    @property
    def end_of_turn(self) -> str:
        """The token that ends a turn and every target."""
        return self.chat.end_of_turn

    @property
    def end_of_turn_id(self) -> int:
        return self.chat.end_of_turn_id

    @property
    def module(self) -> PreTrainedModel:
        """The bare model, without any adapter: eval mode, requires_grad off."""
        return self.weights.bare()

    @property
    def device(self) -> torch.device:
        return self.weights.device

    @property
    def quantized(self) -> bool:
        """Whether the base weights are stored in 4 bits."""
        return getattr(self.weights.base, "quantization_method", None) is not None

    @property
    def dtype(self) -> torch.dtype:
        return self.weights.dtype

    @contextmanager
    def adapted(self, path: str | None, trainable: bool = False) -> Iterator[PreTrainedModel]:
        """The transformers module with the adapter in `path` on it (None: bare), in eval mode.

        LoRA layers are unmerged; parameter names are those of adapter_model.safetensors without the leading
        "base_model.model." and with ".default" before ".weight". Afterwards the base is unchanged, bit for bit.
        Inside, do not use `self.module` for anything else.
        """
        weights = self.weights
        if weights.in_use:
            raise RuntimeError("adapted() does not nest: the model already carries an adapter")
        identity = adapter_identity(path) if path is not None else None
        if trainable or identity != weights.resting_adapter:
            weights.bare()
            if path is not None:
                weights.bare_tree = inject_adapter(weights.base, path, trainable=trainable)
        weights.resting_adapter = identity
        weights.in_use = True
        try:
            yield weights.base
        finally:
            weights.in_use = False
            if trainable:
                weights.bare()

    @contextmanager
    def freshly_adapted(self, settings: LoraSettings, seed: int) -> Iterator[tuple[PreTrainedModel, FreshAdapter]]:
        """The module with a new adapter on it to train, and what is known of it; afterwards it is bare again."""
        module, weights = self.module, self.weights
        fresh = add_fresh_adapter(module, settings, seed)
        weights.bare_tree = fresh.bare
        weights.in_use = True
        try:
            yield module, fresh
        finally:
            weights.in_use = False
            weights.bare()

    def for_inference(self) -> AbstractContextManager[PreTrainedModel]:
        """The module with the handle's own adapter; see `adapted`."""
        return self.adapted(self.adapter)
