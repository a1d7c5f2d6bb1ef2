"""The operation trainLora: trains a new LoRA adapter on the base weights from weighted samples."""

from __future__ import annotations

from pathlib import Path

from grait_runtime.adapters.folder import OPTIMIZER_FILE
from grait_runtime.adapters.stored import write_adapter, write_moments
from grait_runtime.context import CallContext
from grait_runtime.contract import Failure, TrainLoraRequest, TrainLoraResult
from grait_runtime.encoding.samples import encode_samples, refuse_adapted
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.files.output_folder import new_folder
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.training.loop import Training
from grait_runtime.training.settings import check_settings
from grait_runtime.trials.model_trial import batching_of


def train_lora(models: ModelRegistry, request: TrainLoraRequest, context: CallContext) -> TrainLoraResult:
    """Train and write the adapter; samples that cannot be encoded are skipped and returned as failures."""
    loaded = models.get(request.model)
    refuse_adapted(loaded, "trainLora")
    check_settings(request)
    encoded = encode_samples(loaded, request.samples, context)
    samples = [item for item in encoded if isinstance(item, EncodedSample)]
    failures = [item for item in encoded if isinstance(item, Failure)]
    if not samples and request.train.epochs > 0:
        reason = f"{failures[0].id}: {failures[0].message}" if failures else "the list of samples is empty"
        raise RuntimeFault(
            "invalid_request",
            f"there is nothing to train on: {reason}",
            hint="Give at least one sample: a prompt and the target to learn.",
        )
    batching_of(loaded)  # tried while the model is bare
    with (
        new_folder(Path(request.output)) as folder,
        loaded.freshly_adapted(request.lora, request.seed) as (module, fresh),
    ):
        if fresh.note is not None:
            loaded.weights.tell_once(fresh.note, context.warn)
        training = Training(loaded, module, samples, request)
        state = training.run(context)
        write_adapter(folder, training.parameters, fresh.config, _base_name(loaded))
        if request.keep_optimizer:
            write_moments(folder / OPTIMIZER_FILE, training.moments())
    return TrainLoraResult(
        path=request.output,
        steps=state.step,
        losses=state.losses,
        tokens=state.tokens,
        seconds=state.seconds,
        failures=failures,
        halvings=state.halvings,
    )


def _base_name(loaded: LoadedModel) -> str | None:
    """The base's name in adapter_config.json: the hub name or folder if there is one; none for merged weights."""
    if loaded.base_adapter is not None:
        return None
    source = loaded.source
    kind, _, name = source.partition(":")
    if kind == "hub":
        return "/".join(name.partition("@")[0].split("/")[:2])
    return name if kind == "path" else source
