"""Models, trainers, folders and stand-ins: made in the kernel as the judge asked, and back in the judge as data."""

import base64
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save
from transformers import LlamaConfig, LlamaForCausalLM

from autograder.judge.arguments import (
    Dataset,
    Folder,
    MakeLoraConfig,
    MakeSFTConfig,
    Model,
    Trainer,
    encode_argument,
)
from autograder.judge.tokenizers import hidden_tokenizer
from autograder.judge.training import base_tensors
from autograder.judge.values import Config, Malformed, ModelState, TokenizerState, TrainerState, decode_answer

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))

import encoding
import making
import probe

pytestmark = pytest.mark.filterwarnings("ignore")  # of what trl and peft say about releases to come
TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
ROWS = [
    {"prompt": [{"role": "user", "content": f"{n}?"}], "completion": [{"role": "assistant", "content": f"{n}!"}]}
    for n in range(5)
]
QUIET = {"use_cpu": True, "bf16": False, "report_to": "none", "disable_tqdm": True}
LORA = {"r": 3, "lora_alpha": 6, "target_modules": ["q_proj"], "task_type": "CAUSAL_LM"}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return hidden_tokenizer(TEMPLATE, "<|user|>", "<|assistant|>", end="<|over|>")


@pytest.fixture(scope="module")
def architecture(tokenizer: Any) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 24,
        "tie_word_embeddings": True,
    }


@pytest.fixture
def module(architecture: dict[str, Any]) -> Any:
    return LlamaForCausalLM(LlamaConfig(**architecture))


@pytest.fixture
def recipe(module: Any, architecture: dict[str, Any]) -> Model:
    return Model(architecture, weights_of(module))


def weights_of(module: Any) -> bytes:
    return save({name: tensor for name, tensor in module.state_dict().items() if name != "lm_head.weight"})


def ask(function: Callable[..., Any], *arguments: Any, **given: Any) -> Any:
    """What a call gives in the judge, through both encodings: the value, and the arguments afterwards."""
    request = {
        "name": "f",
        "arguments": [encode_argument(argument) for argument in arguments],
        "given": {name: encode_argument(one) for name, one in given.items()},
        "seed": 0,
        "reply_bytes": 4_000_000,
    }
    function.__globals__["f"] = function  # a cell's functions look their helpers up among what the notebook defines
    reply = probe.answer(request, function.__globals__)
    assert reply["status"] == "returned", reply
    return decode_answer(reply["value"]), decode_answer(reply["arguments"])


def test_model_goes_there_and_back(recipe: Model, module: Any) -> None:
    state, _ = ask(lambda model: model, recipe)
    own = module.state_dict()
    assert "LlamaForCausalLM" in state.kind
    assert state.lora is None
    assert state.trainable == {name for name, _ in module.named_parameters()}
    assert state.tensors.keys() == own.keys() - {"lm_head.weight"}
    assert all(torch.equal(tensor, own[name]) for name, tensor in state.tensors.items())


def test_adapter_goes_along(module: Any, architecture: dict[str, Any]) -> None:
    weights = weights_of(module)
    adapted: Any = get_peft_model(module, LoraConfig(**LORA))
    for name, parameter in adapted.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter)
    recipe = Model(architecture, weights, LORA, save(get_peft_model_state_dict(adapted)))
    state, _ = ask(lambda model: model, recipe)
    assert "PeftModel" in state.kind
    assert state.lora is not None
    assert state.lora.fields["r"] == 3
    assert state.trainable == {name for name, _ in adapted.named_parameters() if ".lora_" in name}
    own = adapted.state_dict()
    assert all(torch.equal(tensor, own[name]) for name, tensor in state.tensors.items())
    assert base_tensors(state.tensors).keys() == {
        name for name in LlamaForCausalLM(LlamaConfig(**architecture)).state_dict() if name != "lm_head.weight"
    }


def test_frozen_parameters_are_frozen(recipe: Model) -> None:
    frozen = Model(recipe.architecture, recipe.weights, frozen=("model.norm.weight",))
    state, _ = ask(lambda model: model, frozen)
    assert "model.norm.weight" not in state.trainable
    assert len(state.trainable) > 1


def test_trainer_goes_there_and_back(recipe: Model, tokenizer: Any) -> None:
    made = Trainer(recipe, tokenizer, ROWS, {**QUIET, "learning_rate": 0.5, "per_device_train_batch_size": 2})
    state, _ = ask(lambda trainer: trainer, made)
    assert "SFTTrainer" in state.kind
    assert isinstance(state.args, Config)
    assert state.args.fields["learning_rate"] == 0.5
    assert isinstance(state.model, ModelState)
    assert state.tokenizer == TokenizerState.of(tokenizer)
    assert [tokenizer.decode(row["input_ids"]) for row in state.rows] == [
        f"<|user|>{n}?<|over|><|assistant|>{n}!<|over|>" for n in range(5)
    ]
    assert [one for one in state.rows[0]["labels"] if one != -100] == tokenizer("0!<|over|>")["input_ids"]
    assert state.batch["labels"].shape == state.batch["input_ids"].shape


def test_trainer_that_cannot_make_a_batch_has_none(recipe: Model, tokenizer: Any) -> None:
    def break_it(trainer: Any) -> Any:
        trainer.data_collator = int  # which takes no list
        return trainer

    state, _ = ask(break_it, Trainer(recipe, tokenizer, ROWS, QUIET))
    assert isinstance(state, TrainerState)
    assert state.batch is None


def test_data_set_has_the_rows() -> None:
    value, _ = ask(lambda rows: [type(rows).__name__, *rows["prompt"]], Dataset(ROWS))
    assert value == ["Dataset", *(row["prompt"] for row in ROWS)]


def test_folder_comes_back_with_its_files() -> None:
    def write(folder: str) -> None:
        Path(folder, "below").mkdir()
        Path(folder, "below", "a.txt").write_bytes(b"\x00\xff")

    _, (files,) = ask(write, Folder())
    assert files == {"below/a.txt": b"\x00\xff"}


def calls_helper(*words: Any) -> Any:
    return helper(*words)  # type: ignore[name-defined]  # noqa: F821


def test_functions_of_the_judge_stand_in(tmp_path: Path) -> None:
    made, _ = ask(calls_helper, str(tmp_path), helper=MakeSFTConfig({**QUIET, "learning_rate": 0.25}))
    assert made.fields["learning_rate"] == 0.25
    assert made.fields["output_dir"] == str(tmp_path)
    made, _ = ask(calls_helper, helper=MakeLoraConfig(LORA))
    assert made.fields["r"] == 3


def test_own_function_is_back_after_the_call() -> None:
    own = calls_helper.__globals__["helper"] = object()
    ask(calls_helper, helper=MakeLoraConfig(LORA), new=MakeLoraConfig(LORA))
    assert calls_helper.__globals__.pop("helper") is own
    assert "new" not in calls_helper.__globals__


MODEL = {"kind": [], "trainable": [], "weights": "", "lora": None}
TRAINER = {
    "kind": [],
    "args": {"opaque": "x"},
    "model": None,
    "rows": None,
    "batch": None,
    "tokenizer": None,
    "own_optimizer": False,
}


@pytest.mark.parametrize(
    "forged",
    [
        {"model": None},
        {"model": MODEL},
        {"model": {**MODEL, "weights": "%%%"}},
        {"model": {**MODEL, "weights": base64.b64encode(b"\xff" * 64).decode()}},
        {"model": {**MODEL, "weights": base64.b64encode(save({})).decode(), "lora": {"dict": []}}},
        {"model": {**MODEL, "weights": base64.b64encode(save({})).decode(), "kind": "Llama"}},
        {"model": {**MODEL, "weights": base64.b64encode(save({})).decode(), "trainable": [3]}},
        {"model": {**MODEL, "weights": base64.b64encode(save({})).decode(), "more": 1}},
        {"trainer": {}},
        {"trainer": {**TRAINER, "args": 3}},
        {"trainer": {**TRAINER, "rows": [1]}},
        {"trainer": {**TRAINER, "rows": {"dict": []}}},
        {"trainer": {**TRAINER, "model": {"dict": []}}},
        {"trainer": {**TRAINER, "batch": []}},
        {"trainer": {**TRAINER, "own_optimizer": None}},
        {"trainer": {**TRAINER, "more": []}},
        {"folder": {"a": "b"}},
        {"folder": [["a"]]},
        {"folder": [["a", 3]]},
        {"folder": [["a", "%"]]},
    ],
)
def test_forged_parts_are_malformed(forged: object) -> None:
    with pytest.raises(Malformed):
        decode_answer(forged)


def test_what_is_no_part_is_none() -> None:
    state = decode_answer({"trainer": {**TRAINER, "model": {"opaque": "Mock"}}})
    assert (state.model, state.rows) == (None, None)


def test_large_model_is_oversized() -> None:
    with pytest.raises(encoding.Oversized):
        encoding.Encoder(10_000).encode(torch.nn.Linear(100, 100))


def test_model_of_terabytes_is_oversized_before_it_is_copied() -> None:
    model = torch.nn.Module()
    model.register_buffer("one", torch.zeros(1).expand(2**40))
    with pytest.raises(encoding.Oversized):
        encoding.Encoder(10_000).encode(model)


def test_unknown_kind_is_refused_in_the_kernel() -> None:
    with pytest.raises(KeyError):
        making.make({"pickle": "x"})
