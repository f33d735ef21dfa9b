"""Where the base lies, and whether it is the one that everything was measured on."""

from pathlib import Path
from typing import Any

from autograder.models import pinned

ASSIGNMENT = "fine-tuning"
SOURCE = Path(__file__).parents[2] / "source" / ASSIGNMENT
FOLDER = SOURCE / "base"

# Of what decides how the base behaves. A new build changes them, and every threshold has to be measured again.
SHA256 = {
    "model.safetensors": "19a350f4f0ca18175f81fcda4d02a33e6640cfd51510458ce0cc7175d5248e0a",
    "tokenizer.json": "68f8188f32fa18a19244a44b08a2b655c838f66666a448cf9c80bd9a064cb9db",
}


def load(folder: Path = FOLDER) -> tuple[Any, Any]:
    """The base in float32, a fresh one each time, and its tokenizer. Raises CourseError if it is another one."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    verify(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model, AutoTokenizer.from_pretrained(folder)


def verify(folder: Path = FOLDER) -> None:
    """Raise CourseError unless the weights and the tokenizer in ``folder`` are those of the course."""
    pinned.require(folder, SHA256, f"the small base is not complete: restore {folder} from git")
