"""Chooses the class that a model folder is loaded with: a model that also sees or hears is loaded whole.

Its language part then computes as in the whole model, adapters have names that the whole model knows, and merging keeps
the weights that read pictures and sound.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMultimodalLM
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES,
)
from transformers.utils import PROCESSOR_NAME

#: Files that say how pictures and sound become tokens, and an older place of the chat template.
PROCESSOR_FILES = (
    *(PROCESSOR_NAME, "preprocessor_config.json", "video_preprocessor_config.json", "chat_template.json"),
)


def whole_class(folder: Path) -> Any:
    """transformers' automatic class for the model in a folder."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    whole = MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES.get(config.model_type)
    # A language model saved on its own may keep the configuration of the whole.
    alone = MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.get(config.model_type)
    if whole is None or alone in (config.architectures or []):
        return AutoModelForCausalLM
    return AutoModelForMultimodalLM
