"""The same training with TRL's SFTTrainer: completion-only loss, same LoRA, same steps in the same order.

Needs TRL (py_runtime/requirements/bench.txt). Defaults that save memory but cost time are off.
"""

from __future__ import annotations

import importlib
import tempfile
import time
from typing import Any

from grait_runtime.bench.training import RANK, SEED, mean_loss, report_training, training_parser
from grait_runtime.bench.workload import ATTENTION, Workload, train_settings, workload
from grait_runtime.training.schedule import Schedule


def main(argv: list[str]) -> None:
    arguments = training_parser(__doc__).parse_args(argv)
    work = workload(arguments)
    before = mean_loss(work.loaded.module, work)
    with tempfile.TemporaryDirectory() as folder:
        trainer = _trainer(work, arguments.epochs, folder)
        began = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - began
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    module = trainer.model.eval()
    report_training(work, seconds, arguments.epochs, losses, before, mean_loss(module, work))


def _trainer(work: Workload, epochs: float, folder: str) -> Any:
    trl: Any = importlib.import_module("trl")
    datasets: Any = importlib.import_module("datasets")
    from peft import LoraConfig

    train = train_settings(epochs=epochs)
    on_cpu = work.loaded.device.type == "cpu"
    config = trl.SFTConfig(
        output_dir=folder,
        per_device_train_batch_size=train.batch_size,
        gradient_accumulation_steps=train.accumulation,
        learning_rate=train.learning_rate,
        lr_scheduler_type=train.schedule,
        warmup_steps=0,
        weight_decay=train.weight_decay,
        max_grad_norm=train.max_grad_norm,
        num_train_epochs=epochs,
        train_sampling_strategy="sequential",
        completion_only_loss=True,
        max_length=None,
        packing=False,
        gradient_checkpointing=False,
        bf16=str(work.loaded.dtype) == "torch.bfloat16",
        use_cpu=on_cpu,
        dataloader_pin_memory=not on_cpu,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        seed=SEED,
    )
    lora = LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=list(ATTENTION), task_type="CAUSAL_LM")
    # The samples of each step are those of our own training's first epoch.
    schedule = Schedule(len(work.encoded), train, SEED)
    order = [index for step in range(schedule.steps_per_epoch) for index in schedule.samples_of_step(step)]
    rows = [work.encoded[index] for index in order]
    dataset = datasets.Dataset.from_list(
        [
            {
                "input_ids": row.input_ids,
                "completion_mask": [int(place >= row.target_start) for place in range(len(row.input_ids))],
            }
            for row in rows
        ]
    )
    return trl.SFTTrainer(
        model=work.loaded.module,
        args=config,
        train_dataset=dataset,
        processing_class=work.loaded.tokenizer,
        peft_config=lora,
    )
