"""How much of a model's work fits one batch, from the kind of machine and the model's shape alone."""

from __future__ import annotations

from grait_runtime.models import LoadedModel
from grait_runtime.planning import default_token_budget
from grait_runtime.prompt_plan import PromptLimits

#: Prompts planned together; what a stream hands out is in input order only across windows. Scores are small enough
#: to wait in their thousands, so that all questions of a subject meet.
_SCORE_WINDOW = 65_536
_ANSWER_WINDOW = 16_384
#: A group of answers holds so many times what is computed at once. On a CPU that is half a minute of work of a small
#: model, which is what an interruption may cost.
_QUEUE = 3


def key_value_bytes(loaded: LoadedModel) -> int:
    """Bytes of one token's keys and values in all layers."""
    config = loaded.weights.base.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return int(2 * config.num_hidden_layers * heads * head_dim * loaded.dtype.itemsize)


def score_limits(loaded: LoadedModel, token_budget: int | None) -> PromptLimits:
    """Limits of a batch of prompts to score; `token_budget` overrides the machine's own."""
    on_cpu = loaded.device.type == "cpu"
    budget = token_budget or _budget(loaded, 4096 if on_cpu else 131_072)
    return PromptLimits(budget, _max_rows(loaded), _SCORE_WINDOW, shares_keys=loaded.shares_keys())


def answer_limits(loaded: LoadedModel, token_budget: int | None, samples: int, new_tokens: int) -> PromptLimits:
    """Limits of a group of prompts that are answered `samples` times in at most `new_tokens` tokens."""
    on_cpu = loaded.device.type == "cpu"
    shares_keys = loaded.shares_keys()
    return PromptLimits(
        token_budget=token_budget or _budget(loaded, 16_384 if on_cpu else 131_072),
        max_rows=_max_rows(loaded),
        window=_ANSWER_WINDOW,
        samples=samples,
        new_tokens=new_tokens,
        queue=_QUEUE if shares_keys else 1,
        shares_keys=shares_keys,
    )


def _budget(loaded: LoadedModel, ceiling: int) -> int:
    activations = 32 * loaded.weights.base.config.get_text_config().hidden_size * loaded.dtype.itemsize
    return default_token_budget(loaded.device, key_value_bytes(loaded) + activations, ceiling=ceiling)


def _max_rows(loaded: LoadedModel) -> int:
    return 256 if loaded.device.type == "cpu" else 2048
