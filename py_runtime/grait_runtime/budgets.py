"""How much of a model's work fits one batch, from the kind of machine and the model's shape alone."""

from __future__ import annotations

from grait_runtime.models import LoadedModel
from grait_runtime.planning import default_token_budget
from grait_runtime.prompt_plan import PromptLimits

#: Prompts planned together. What a stream hands out is in input order only across windows.
WINDOW = 256


def key_value_bytes(loaded: LoadedModel) -> int:
    """Bytes of one token's keys and values in all layers."""
    config = loaded.weights.base.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return int(2 * config.num_hidden_layers * heads * head_dim * loaded.dtype.itemsize)


def prompt_limits(
    loaded: LoadedModel, token_budget: int | None, *, samples: int = 1, new_tokens: int = 0, shares_keys: bool
) -> PromptLimits:
    """Limits of a batch of prompts; `token_budget` overrides the machine's own.

    On a CPU a batch is a few seconds of work, so that little is lost when it is interrupted.
    """
    on_cpu = loaded.device.type == "cpu"
    activations = 32 * loaded.weights.base.config.get_text_config().hidden_size * loaded.dtype.itemsize
    ceiling = (16_384 if new_tokens else 4096) if on_cpu else 131_072
    budget = default_token_budget(loaded.device, key_value_bytes(loaded) + activations, ceiling=ceiling)
    return PromptLimits(
        token_budget=token_budget or budget,
        max_rows=256 if on_cpu else 2048,
        window=WINDOW,
        samples=samples,
        new_tokens=new_tokens,
        shares_keys=shares_keys,
    )
