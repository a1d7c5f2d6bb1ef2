"""The operation renderPrompts: prompts and targets as the model reads them."""

from __future__ import annotations

from grait_runtime.context import CallContext
from grait_runtime.contract import RenderedPrompt, RenderPromptsRequest, RenderPromptsResult
from grait_runtime.encoding.decoded import decoded
from grait_runtime.encoding.text import InvalidItem, encode_prompt, encode_target
from grait_runtime.errors import RuntimeFault
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
                prompt=decoded(loaded.tokenizer, prompt, special=True),
                prompt_tokens=len(prompt),
                target=None if item.target is None else decoded(loaded.tokenizer, target, special=True),
                target_tokens=len(target),
            )
        )
    stops = loaded.tokenizer.convert_ids_to_tokens(sorted(loaded.stop_ids))
    return RenderPromptsResult(prompts=rendered, stop_tokens=[str(stop) for stop in stops])
