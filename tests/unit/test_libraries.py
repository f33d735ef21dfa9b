"""What a notebook seems to import."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.sandbox.libraries import imported


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import torch", ["torch"]),
        ("import trl, peft", ["peft", "trl.trainer.sft_trainer"]),
        ("def f():\n    from transformers import AutoTokenizer", ["transformers"]),
        ("import matplotlib.pyplot as plt\nimport os", ["matplotlib.pyplot"]),
        ("from trl.trainer.sft_trainer import SFTTrainer", ["trl.trainer.sft_trainer"]),
        ("print('import nothing of torch')\nimportant = 'datasets'", []),
        ("%matplotlib inline\nthis is no Python(\nimport datasets", ["datasets"]),
        ("", []),
    ],
)
def test_imports_are_found(source: str, modules: list[str]) -> None:
    notebook = new_notebook(cells=[new_markdown_cell("import peft"), new_code_cell("x = 1"), new_code_cell(source)])
    assert imported(notebook) == modules
