"""Where a training starts from. Two that begin alike go alike, and are made once.

A config can say the same in many ways: with a default said aloud, a ``max_length`` that no row reaches, "all-linear" or
each layer's name.
"""

import dataclasses
import hashlib
from typing import Any

DONE = "output_dir", "max_length", "truncation_mode"  # settings that have no say when the rows are tokens


def beginning(trainer: Any) -> str:
    """A digest of the model with its adapter, the rows, the settings, and the state of the random numbers, as they are
    before the first step of an SFTTrainer for texts."""
    import torch

    model = trainer.model
    names = [field.name for field in dataclasses.fields(trainer.args) if field.name not in DONE]
    settings = [(name, getattr(trainer.args, name)) for name in names]
    strengths = [layer.scaling for layer in model.modules() if hasattr(layer, "scaling")]
    moving = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    digest = hashlib.sha256()
    for part in (str(model), model.config, strengths, moving, settings, trainer.train_dataset.to_list()):
        digest.update(repr(part).encode())
    for name, tensor in {"": torch.get_rng_state(), **model.state_dict()}.items():
        digest.update(repr((name, tensor.dtype, tensor.shape)).encode())
        digest.update(tensor.detach().cpu().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()
