"""The contract: every operation of the runtime with its request, its stream item (if it streams) and its result.

src/bridge/contract.ts defines the same shapes as zod schemas. The handshake compares a hash of both, and a test
compares them field by field. Python names are snake_case, wire names camelCase.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from grait_runtime.errors import WireErrorCode

#: Increased when the meaning of a message changes but its shape does not.
PROTOCOL_VERSION = 1

Count = Annotated[int, Meta(ge=0)]
DeviceKind = Literal["cpu", "cuda", "mps"]
DtypeName = Literal["float32", "bfloat16", "float16"]
TensorDtype = Literal["float16", "float32", "float64", "int32", "int64"]


class WireStruct(Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """Base class of everything on the wire: camelCase names, unknown fields refused."""


class Nothing(WireStruct):
    """An empty request or result."""


class TensorRef(WireStruct):
    """A tensor of this message. `frame` is the index of its raw little-endian frame; the header is not counted."""

    dtype: TensorDtype
    shape: list[Count]
    frame: Count


class Message(WireStruct):
    role: Literal["system", "user", "assistant"]
    content: str


class Failure(WireStruct):
    """An item that could not be computed, although the rest of its batch was."""

    id: str
    code: Literal["too_long", "empty_target", "non_finite", "out_of_memory", "invalid_item"]
    message: str


class Prompt(WireStruct):
    """A prompt: exactly one of `messages` (rendered by the chat template) and `prompt` (used unchanged) is not None."""

    id: str
    messages: list[Message] | None
    prompt: str | None


class OptionsPrompt(Prompt):
    options: list[str]


class Sample(Prompt):
    """A training or gradient sample; `weight` multiplies its loss."""

    target: str
    weight: float


class PlanResult(WireStruct):
    """The result of a planned stream: a hash of the batch plan and its number of batches."""

    plan: str
    batches: Count


class LoraSettings(WireStruct):
    rank: Count
    alpha: float
    dropout: float
    #: ["all-linear"], or module names as in PEFT's target_modules.
    targets: list[str]


class TrainSettings(WireStruct):
    learning_rate: float
    schedule: Literal["linear", "cosine", "constant"]
    warmup_ratio: float
    epochs: float
    batch_size: Count
    #: One optimizer step every `accumulation` micro-batches; batch_size is the size of one micro-batch.
    accumulation: Count
    max_grad_norm: float
    weight_decay: float
    #: Keep only each layer's input, and compute the layer again in the backward pass.
    gradient_checkpointing: bool


class ProjectionSettings(WireStruct):
    kind: Literal["sjlt", "rademacher", "none"]
    dim: Count
    #: For kind sjlt: the number of rows that each coordinate is added to.
    sparsity: Count
    seed: int


class CheckpointSettings(WireStruct):
    dir: str
    every_steps: Count


class Device(WireStruct):
    kind: DeviceKind
    name: str
    memory_bytes: Count
    threads: Count


class HandshakeRequest(WireStruct):
    protocol: int
    contract_hash: str
    client: str


class HandshakeResult(WireStruct):
    protocol: int
    contract_hash: str
    versions: dict[str, str]
    device: Device
    #: The dtype that `auto` stands for on this machine.
    dtype: DtypeName
    pid: Count


class LoadModelRequest(WireStruct):
    #: embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[@REVISION]
    source: str
    dtype: Literal["auto", "float32", "bfloat16", "float16"]
    quantization: Literal["none", "nf4"]
    #: An adapter that is merged into the weights when they are loaded: path:DIR or hub:ORG/NAME[@REVISION].
    base_adapter: str | None
    #: A PEFT adapter folder to apply on top of the weights.
    adapter: str | None
    template_options: dict[str, str | float | bool]
    #: Read every byte of the files, also of those that were not touched since their digest was last computed.
    verify: bool


class ModelCheck(WireStruct):
    """What a trial at load found about a model."""

    #: What was tried: vocabulary, positions, attention, causal, cache, padding, samples, sharing, ...
    name: str
    #: right: the fast way gives the model's own numbers. slower: a slower way does, and is taken.
    #: limited: some input is refused.
    verdict: Literal["right", "slower", "limited"]
    message: str


class LoadModelResult(WireStruct):
    model: str
    #: A SHA-256 that changes with weights, merged adapter, quantization, configuration, tokenizer or chat template.
    revision: str
    architecture: str
    dtype: DtypeName
    device: DeviceKind
    parameters: Count
    #: Hidden states are those of layers 0 (the embeddings) to this one.
    layers: Count
    context_length: Count
    has_chat_template: bool
    #: SHA-256 of short conversations as the chat template renders them with its options; None without a template.
    template_digest: str | None
    #: The day that the chat template is given for today, as YYYY-MM-DD; None if it asks for none.
    template_date: str | None
    #: The token that ends a turn and every target.
    end_of_turn: str
    #: What was tried with the model before its first question.
    checks: list[ModelCheck]


class UnloadModelRequest(WireStruct):
    model: str


class CountTokensRequest(WireStruct):
    model: str
    items: list[Prompt]


class CountTokensResult(WireStruct):
    counts: list[Count]


class TargetedPrompt(Prompt):
    """A prompt, and the answer that is trained on, if there is one."""

    target: str | None


class RenderPromptsRequest(WireStruct):
    model: str
    items: list[TargetedPrompt]


class RenderedPrompt(WireStruct):
    """A prompt and its target as the model reads them, special tokens included."""

    id: str
    prompt: str
    prompt_tokens: Count
    #: With the end-of-turn token; None without a target.
    target: str | None
    target_tokens: Count


class RenderPromptsResult(WireStruct):
    prompts: list[RenderedPrompt]
    #: The tokens that end an answer.
    stop_tokens: list[str]


class ScoreOptionsRequest(WireStruct):
    model: str
    items: list[OptionsPrompt]
    #: Maximum tokens (rows x padded length) per batch; None: chosen from the machine's memory.
    token_budget: Count | None
    #: Planned batches that are already done and must not be computed again.
    completed: list[Count]
    #: `halvings` of the last completed batch; 0 if there is none.
    halvings: Count


class ScoreOptionsItem(WireStruct):
    batch: Count
    ids: list[str]
    counts: list[Count]
    #: float64 [sum of counts], nats: log p(option | prompt), summed over the option's tokens.
    logprobs: TensorRef
    failures: list[Failure]
    #: How often the call had halved its limits so far because memory ran out.
    halvings: Count


class ScoredTarget(WireStruct):
    """An answer whose log-probability is computed, encoded like the target of a training sample."""

    text: str
    #: Whether the end-of-turn token that a training target ends with is scored too.
    ends: bool


class HiddenStatesRequest(WireStruct):
    model: str
    items: list[Prompt]
    #: 0: the embeddings; n: the output of layer n, which for the last one is what the head reads.
    layers: list[Count]
    #: Whose states: the prompt's last token.
    position: Literal["last"]
    token_budget: Count | None
    completed: list[Count]
    halvings: Count


class HiddenStatesItem(WireStruct):
    batch: Count
    ids: list[str]
    #: float32 [ids, layers, hidden size]
    states: TensorRef
    failures: list[Failure]
    #: How often the call had halved its limits so far because memory ran out.
    halvings: Count


class GenerateRequest(WireStruct):
    model: str
    items: list[Prompt]
    samples: Count
    #: 0: greedy.
    temperature: float
    max_tokens: Count
    #: A text ends before the first of these strings that comes with or after its first visible character.
    stop: list[str]
    seed: int
    #: The most tokens of a thought before an answer, which is not part of the text; 0: models are kept from thinking.
    think_tokens: Count
    #: Answers that are scored after every prompt; none if think_tokens is above 0.
    targets: list[ScoredTarget]
    token_budget: Count | None
    completed: list[Count]
    halvings: Count


class TargetScore(WireStruct):
    """log p(target | prompt), nats, summed over `tokens` tokens."""

    logprob: float
    tokens: Count


class GenerateRow(WireStruct):
    id: str
    texts: list[str]
    #: Tokens drawn for each text, including the one that ended it, but none of a thought before it.
    tokens: list[Count]
    #: Sum of the log-probabilities (at temperature 1) of those tokens, nats.
    logprobs: list[float]
    #: In the order of the request's targets.
    targets: list[TargetScore]


class GenerateItem(WireStruct):
    batch: Count
    rows: list[GenerateRow]
    failures: list[Failure]
    #: How often the call had halved its limits so far because memory ran out.
    halvings: Count


class EmbedRequest(WireStruct):
    #: embedded:all-minilm-l6-v2 or path:DIR
    source: str
    texts: list[str]
    token_budget: Count | None
    completed: list[Count]
    halvings: Count


class EmbedItem(WireStruct):
    batch: Count
    #: Indices into `texts`.
    indices: list[Count]
    #: float32 [indices, dim], rows L2-normalised.
    embeddings: TensorRef
    #: How often the call had halved its limits so far because memory ran out.
    halvings: Count


class TrainLoraRequest(WireStruct):
    model: str
    samples: list[Sample]
    lora: LoraSettings
    train: TrainSettings
    seed: int
    #: Also write optimizer.safetensors (the AdamW moments of every LoRA parameter).
    keep_optimizer: bool
    #: An empty or missing folder; holds a PEFT adapter when the call returns.
    output: str
    checkpoint: CheckpointSettings | None


class TrainLoraResult(WireStruct):
    path: str
    steps: Count
    #: Loss of every optimizer step.
    losses: list[float]
    #: Target and prompt tokens seen, without padding.
    tokens: Count
    seconds: float
    failures: list[Failure]
    #: How often the limits of a micro-batch were halved because memory ran out.
    halvings: Count


class GradientFeaturesRequest(WireStruct):
    model: str
    samples: list[Sample]
    #: The rehearsed adapter; form adam requires its optimizer.safetensors.
    adapter: str
    form: Literal["sgd", "adam"]
    projection: ProjectionSettings
    normalise: bool
    dtype: Literal["float32", "float16"]
    token_budget: Count | None
    completed: list[Count]
    halvings: Count


class GradientFeaturesItem(WireStruct):
    batch: Count
    ids: list[str]
    #: [ids, dim]
    features: TensorRef
    #: float32 [ids]: L2 norm of each row before normalisation.
    norms: TensorRef
    failures: list[Failure]
    #: How often the call had halved its limits so far because memory ran out.
    halvings: Count


class MergeAdapterRequest(WireStruct):
    model: str
    adapter: str
    output: str


class MergeAdapterResult(WireStruct):
    path: str


class Operation(NamedTuple):
    """The wire types of one operation."""

    request: type[WireStruct]
    item: type[WireStruct] | None
    result: type[WireStruct]


OPERATIONS: dict[str, Operation] = {
    "handshake": Operation(HandshakeRequest, None, HandshakeResult),
    "noop": Operation(Nothing, None, Nothing),
    "loadModel": Operation(LoadModelRequest, None, LoadModelResult),
    "unloadModel": Operation(UnloadModelRequest, None, Nothing),
    "countTokens": Operation(CountTokensRequest, None, CountTokensResult),
    "renderPrompts": Operation(RenderPromptsRequest, None, RenderPromptsResult),
    "scoreOptions": Operation(ScoreOptionsRequest, ScoreOptionsItem, PlanResult),
    "hiddenStates": Operation(HiddenStatesRequest, HiddenStatesItem, PlanResult),
    "generate": Operation(GenerateRequest, GenerateItem, PlanResult),
    "embed": Operation(EmbedRequest, EmbedItem, PlanResult),
    "trainLora": Operation(TrainLoraRequest, None, TrainLoraResult),
    "gradientFeatures": Operation(GradientFeaturesRequest, GradientFeaturesItem, PlanResult),
    "mergeAdapter": Operation(MergeAdapterRequest, None, MergeAdapterResult),
}


class Call(WireStruct, tag_field="kind", tag="call"):
    id: Count
    operation: str
    request: msgspec.Raw
    credit: Count


class Credit(WireStruct, tag_field="kind", tag="credit"):
    id: Count
    credit: Count


class Ping(WireStruct, tag_field="kind", tag="ping"):
    id: Count


class Cancel(WireStruct, tag_field="kind", tag="cancel"):
    id: Count


class Shutdown(WireStruct, tag_field="kind", tag="shutdown"):
    id: Count


ClientHeader = Call | Credit
ControlHeader = Ping | Cancel | Shutdown


class WireError(WireStruct):
    code: WireErrorCode
    message: str
    hint: str | None
    #: JSON text of a map: field paths, limits, ids.
    details: str
    retryable: bool
    traceback: str | None


class ItemMessage(WireStruct, tag_field="kind", tag="item"):
    id: Count
    item: Any


class ProgressMessage(WireStruct, tag_field="kind", tag="progress"):
    id: Count
    done: float
    total: float
    unit: str
    note: str


class WarningMessage(WireStruct, tag_field="kind", tag="warning"):
    id: Count
    message: str


class ResultMessage(WireStruct, tag_field="kind", tag="result"):
    id: Count
    result: Any


class ErrorMessage(WireStruct, tag_field="kind", tag="error"):
    id: Count
    error: WireError


class PongMessage(WireStruct, tag_field="kind", tag="pong"):
    id: Count
