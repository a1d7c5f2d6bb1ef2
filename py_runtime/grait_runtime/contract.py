"""Every operation of the runtime, once: its request, its stream item (where it streams) and its result.

The same shapes stand as zod schemas in src/bridge/contract.ts; the handshake compares a hash of both, and a test
compares them field by field. Python says snake_case, the wire camelCase.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from grait_runtime.errors import WireErrorCode

#: Raised when the meaning of a message changes without its shape changing.
PROTOCOL_VERSION = 1

Count = Annotated[int, Meta(ge=0)]
DeviceKind = Literal["cpu", "cuda", "mps"]
DtypeName = Literal["float32", "bfloat16", "float16"]
TensorDtype = Literal["float16", "float32", "float64", "int32", "int64"]


class WireStruct(Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """Base of all that travels: camelCase names, unknown fields refused."""


class Nothing(WireStruct):
    """An empty request or result."""


class TensorRef(WireStruct):
    """A tensor of this message: `frame` is the index of its raw little-endian frame, counted after the header."""

    dtype: TensorDtype
    shape: list[Count]
    frame: Count


class Message(WireStruct):
    role: Literal["system", "user", "assistant"]
    content: str


class Failure(WireStruct):
    """An item that could not be computed; the others of its batch were."""

    id: str
    code: Literal["too_long", "empty_target", "non_finite", "out_of_memory", "invalid_item"]
    message: str


class Prompt(WireStruct):
    """Exactly one of `messages` (rendered by the chat template) and `prompt` (taken as it is) is not None."""

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
    """What ends a planned stream: a hash of the batch plan and how many batches it has."""

    plan: str
    batches: Count


class LoraSettings(WireStruct):
    rank: Count
    alpha: float
    dropout: float
    #: ["all-linear"], or module names as PEFT's target_modules takes them.
    targets: list[str]


class TrainSettings(WireStruct):
    learning_rate: float
    schedule: Literal["linear", "cosine", "constant"]
    warmup_ratio: float
    epochs: float
    batch_size: Count
    #: Optimizer steps are taken every `accumulation` micro-batches; batch_size counts one micro-batch.
    accumulation: Count
    max_grad_norm: float
    weight_decay: float
    #: Keep only each layer's input until the backward pass and compute the layer again there.
    gradient_checkpointing: bool


class ProjectionSettings(WireStruct):
    kind: Literal["sjlt", "rademacher", "none"]
    dim: Count
    #: Of kind sjlt: rows that a coordinate goes to.
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
    #: A PEFT adapter folder put on top of the weights.
    adapter: str | None
    template_options: dict[str, str | float | bool]


class LoadModelResult(WireStruct):
    model: str
    #: SHA-256 that changes with weights, quantization, configuration, tokenizer or chat template.
    revision: str
    architecture: str
    dtype: DtypeName
    device: DeviceKind
    parameters: Count
    context_length: Count
    has_chat_template: bool
    #: The token that ends a turn and every target.
    end_of_turn: str


class UnloadModelRequest(WireStruct):
    model: str


class CountTokensRequest(WireStruct):
    model: str
    items: list[Prompt]


class CountTokensResult(WireStruct):
    counts: list[Count]


class ScoreOptionsRequest(WireStruct):
    model: str
    items: list[OptionsPrompt]
    #: Most tokens (rows x padded length) in one batch; None: chosen from the memory there is.
    token_budget: Count | None
    #: Planned batches that are not computed again.
    completed: list[Count]
    #: `halvings` of the last of them; 0 without any.
    halvings: Count


class ScoreOptionsItem(WireStruct):
    batch: Count
    ids: list[str]
    counts: list[Count]
    #: float64 [sum of counts], nats: log p(option | prompt), summed over the option's tokens.
    logprobs: TensorRef
    failures: list[Failure]
    #: How often the limits of what is computed at once had been halved for lack of memory.
    halvings: Count


class GenerateRequest(WireStruct):
    model: str
    items: list[Prompt]
    samples: Count
    #: 0: greedy.
    temperature: float
    max_tokens: Count
    #: A text ends before the first of these.
    stop: list[str]
    seed: int
    token_budget: Count | None
    completed: list[Count]
    halvings: Count


class GenerateRow(WireStruct):
    id: str
    texts: list[str]
    #: Tokens drawn for each text, the one that ended it included.
    tokens: list[Count]
    #: Sum of the log-probabilities (at temperature 1) of those tokens, nats.
    logprobs: list[float]


class GenerateItem(WireStruct):
    batch: Count
    rows: list[GenerateRow]
    failures: list[Failure]
    #: How often the limits of what is computed at once had been halved for lack of memory.
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
    #: Positions in `texts`.
    indices: list[Count]
    #: float32 [indices, dim], rows L2-normalised.
    embeddings: TensorRef
    #: How often the limits of what is computed at once had been halved for lack of memory.
    halvings: Count


class TrainLoraRequest(WireStruct):
    model: str
    samples: list[Sample]
    lora: LoraSettings
    train: TrainSettings
    seed: int
    #: Also write optimizer.safetensors (AdamW's moments of every LoRA parameter).
    keep_optimizer: bool
    #: An empty or missing folder; holds a PEFT adapter when the call returns.
    output: str
    checkpoint: CheckpointSettings | None


class TrainLoraResult(WireStruct):
    path: str
    steps: Count
    #: Loss of every optimizer step.
    losses: list[float]
    #: Target and prompt tokens seen, padding left out.
    tokens: Count
    seconds: float
    failures: list[Failure]


class GradientFeaturesRequest(WireStruct):
    model: str
    samples: list[Sample]
    #: The rehearsed adapter; with form adam it must hold optimizer.safetensors.
    adapter: str
    form: Literal["sgd", "adam"]
    projection: ProjectionSettings
    normalise: bool
    dtype: Literal["float32", "float16"]
    token_budget: Count | None
    completed: list[Count]


class GradientFeaturesItem(WireStruct):
    batch: Count
    ids: list[str]
    #: [ids, dim]
    features: TensorRef
    #: float32 [ids]: L2 norm of each row before normalising.
    norms: TensorRef
    failures: list[Failure]


class MergeAdapterRequest(WireStruct):
    model: str
    adapter: str
    output: str


class MergeAdapterResult(WireStruct):
    path: str


class Operation(NamedTuple):
    request: type[WireStruct]
    item: type[WireStruct] | None
    result: type[WireStruct]


OPERATIONS: dict[str, Operation] = {
    "handshake": Operation(HandshakeRequest, None, HandshakeResult),
    "noop": Operation(Nothing, None, Nothing),
    "loadModel": Operation(LoadModelRequest, None, LoadModelResult),
    "unloadModel": Operation(UnloadModelRequest, None, Nothing),
    "countTokens": Operation(CountTokensRequest, None, CountTokensResult),
    "scoreOptions": Operation(ScoreOptionsRequest, ScoreOptionsItem, PlanResult),
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
