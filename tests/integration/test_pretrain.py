"""The build of the small base runs. What it builds in full is shipped, and takes minutes."""

from pathlib import Path

import pytest
import torch
from rich.console import Console
from transformers import AutoModelForCausalLM, AutoTokenizer

from autograder.almanac import base, pretrain


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_two_steps_write_a_model_like_the_shipped_one(tmp_path: Path) -> None:
    pretrain.build(tmp_path, Console(quiet=True), steps=2)
    built, shipped = (AutoModelForCausalLM.from_pretrained(folder) for folder in (tmp_path, base.FOLDER))
    shapes = {name: (tensor.shape, tensor.dtype) for name, tensor in shipped.state_dict().items()}
    assert {name: (tensor.shape, tensor.dtype) for name, tensor in built.state_dict().items()} == shapes
    assert not torch.equal(built.state_dict()["model.norm.weight"], shipped.state_dict()["model.norm.weight"])
    assert (tmp_path / "tokenizer.json").read_bytes() == (base.FOLDER / "tokenizer.json").read_bytes()
    assert built.generation_config.to_dict() == shipped.generation_config.to_dict()
    assert (
        AutoTokenizer.from_pretrained(tmp_path).chat_template
        == AutoTokenizer.from_pretrained(base.FOLDER).chat_template
    )
