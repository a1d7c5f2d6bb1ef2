"""The operation renderPrompts: prompts and targets as the model reads them."""

from __future__ import annotations

from collections.abc import Sequence

from grait_runtime.context import CallContext
from grait_runtime.contract import RenderedPrompt, RenderPromptsRequest, RenderPromptsResult
from grait_runtime.encoding.text import InvalidItem, encode_prompt, encode_target
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry


def render_prompts(models: ModelRegistry, request: RenderPromptsRequest, context: CallContext) -> RenderPromptsResult:
    """Encode every prompt and target, and give back the text of their tokens, special tokens included."""
    loaded = models.get(request.model)
    rendered: list[RenderedPrompt] = []
    for item in request.items:
        context.check_cancelled()
        try:
            prompt = encode_prompt(loaded, item)
        except InvalidItem as error:
            raise RuntimeFault("invalid_request", str(error), details={"id": item.id}) from error
        target = [] if item.target is None else encode_target(loaded, item.target, asked=item.messages is not None)
        rendered.append(
            RenderedPrompt(
                id=item.id,
                prompt=_text(loaded, prompt),
                prompt_tokens=len(prompt),
                target=None if item.target is None else _text(loaded, target),
                target_tokens=len(target),
            )
        )
    stops = loaded.tokenizer.convert_ids_to_tokens(sorted(loaded.stop_ids))
    return RenderPromptsResult(prompts=rendered, stop_tokens=[str(stop) for stop in stops])


def _text(loaded: LoadedModel, ids: Sequence[int]) -> str:
    return str(loaded.tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False))
