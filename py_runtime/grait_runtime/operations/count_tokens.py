"""The operation countTokens: the lengths of encoded prompts."""

from __future__ import annotations

from grait_runtime.context import CallContext
from grait_runtime.contract import CountTokensRequest, CountTokensResult
from grait_runtime.encoding.text import InvalidItem, encode_prompt
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.registry import ModelRegistry


def count_tokens(models: ModelRegistry, request: CountTokensRequest, context: CallContext) -> CountTokensResult:
    """Count the tokens of each prompt as `generate` would encode it, in order."""
    loaded = models.get(request.model)
    counts: list[int] = []
    for index, item in enumerate(request.items):
        if index % 256 == 0:
            context.check_cancelled()
        try:
            counts.append(len(encode_prompt(loaded, item)))
        except InvalidItem as error:
            raise RuntimeFault("invalid_request", str(error), details={"id": item.id}) from error
    return CountTokensResult(counts=counts)
