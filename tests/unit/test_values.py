"""The wire between judge and kernel: what is sent comes back the same, and nothing else is believed."""

import base64
import contextlib
import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.judge.arguments import ApplyChatTemplate, encode_argument
from autograder.judge.values import Config, Malformed, Opaque, TokenizerState, decode_answer

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))

import encoding
import making

pytestmark = pytest.mark.usefixtures("kernels_place")

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KINDS = st.sampled_from(["dict", "tuple", "float", "tensor", "tokenizer", "config", "opaque"])
FORGED = st.recursive(  # what looks like the encoding, and is not
    JSON,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(KINDS, inner, min_size=1, max_size=1)
        | st.fixed_dictionaries({"dict": st.lists(st.lists(inner, min_size=2, max_size=2))})
        | st.fixed_dictionaries(
            {"tensor": st.fixed_dictionaries({"dtype": st.just("torch.float16"), "shape": inner, "data": inner})}
        )
        | st.fixed_dictionaries({"config": st.fixed_dictionaries({"kind": st.just("LoraConfig"), "fields": inner})})
    ),
    max_leaves=30,
)


def encode(value: object) -> Any:
    return encoding.Encoder(10**6).encode(value)


@given(PLAIN)
def test_plain_data_survives_both_ways(value: object) -> None:
    assert making.make(encode_argument(value)) == value
    back = decode_answer(encode(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("dtype", encoding.DTYPES)
def test_tensor_comes_back_with_dtype_and_shape(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    value = torch.arange(6).reshape(2, 3).to(getattr(torch, dtype))
    back = decode_answer(encode({"x": value}))["x"]
    assert back.dtype == value.dtype
    assert torch.equal(back, value)


def test_tensor_may_hold_what_is_not_finite() -> None:
    torch = pytest.importorskip("torch")
    back = decode_answer(encode(torch.tensor([math.nan, math.inf, -math.inf, torch.finfo(torch.float32).max])))
    assert math.isnan(back[0])
    assert back[1:].tolist() == [math.inf, -math.inf, torch.finfo(torch.float32).max]


def test_mapping_that_is_no_dict_comes_back_as_dict() -> None:
    from collections import UserDict

    assert decode_answer(encode(UserDict(a=1))) == {"a": 1}


def test_object_is_named_not_sent() -> None:
    assert decode_answer(encode(object())) == Opaque("object")


def test_number_of_another_library_is_no_int() -> None:
    numpy = pytest.importorskip("numpy")
    assert isinstance(decode_answer(encode(numpy.int64(1))), Opaque)


def test_endless_nesting_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    decode_answer(encode(loop))


TOKENIZER = {
    "chat_template": None,
    "special_tokens": [],
    "size": 3,
    "padding_side": "left",
    "truncation_side": "left",
    "adds": [],
}


TENSOR = {"dtype": "torch.float32", "shape": [2], "data": [0.0, 0.0]}
MODEL = {"kind": ["Module"], "trainable": [], "lora": None}


def safetensors_of(dtype: str, size: float) -> str:
    """A file with four zeros of this type, each of ``size`` bytes, in base64."""
    header = {"a": {"dtype": dtype, "shape": [4], "data_offsets": [0, int(4 * size)]}}
    head = json.dumps(header).encode()
    return base64.b64encode(len(head).to_bytes(8, "little") + head + bytes(int(4 * size))).decode()


def test_zeros_of_a_usual_type_come_back() -> None:
    (tensor,) = decode_answer({"model": {**MODEL, "weights": safetensors_of("F32", 4)}}).tensors.values()
    assert tensor.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "forged",
    [
        {"tensor": {"dtype": "torch.int64", "shape": [10**9], "data": [1]}},
        {"tensor": {"dtype": "os.system", "shape": [1], "data": [1]}},
        {"tensor": {"dtype": "torch.int64", "shape": [-1], "data": []}},
        {"tensor": {"dtype": "torch.int64", "shape": [1], "data": ["x"]}},
        {"tensor": {"dtype": "torch.int64", "shape": [1], "data": [True]}},
        {"tensor": {"dtype": "torch.int64", "shape": [1], "data": [1.5]}},
        {"tensor": {"dtype": "torch.int64", "shape": [1], "data": [2**63]}},
        {"tensor": {"dtype": "torch.uint8", "shape": [1], "data": [-1]}},
        {"tensor": {"dtype": "torch.bool", "shape": [1], "data": [2]}},
        {"tensor": {"dtype": "torch.float16", "shape": [1], "data": [1e300]}},
        {"tensor": {"dtype": "torch.float32", "shape": [1], "data": ["1e300"]}},
        {"tensor": {"dtype": "torch.float32", "shape": [0, 10**18, 10**18], "data": []}},
        {"tensor": {"dtype": "torch.float32", "shape": [1] * 9, "data": [1.0]}},
        {"tensor": {"dtype": "torch.float32", "shape": [1], "data": [1.0], "more": 1}},
        {"tensor": None},
        {"dict": [[1]]},
        {"dict": [[[], 1]]},
        {"dict": [["a", 1], ["a", 2]]},
        {"dict": [[1, 1], [True, 2]]},
        {"config": {"kind": "TrainingArguments", "fields": []}},
        {"config": {"kind": "LoraConfig", "fields": [["r", 1], ["r", 2]]}},
        {"config": {"kind": "LoraConfig", "fields": [[1, 1]]}},
        {"config": {"kind": "LoraConfig", "fields": {"r": 1}}},
        {"config": {"kind": [], "fields": []}},
        {"config": "LoraConfig"},
        "half of a character: \ud800",
        {"opaque": "\udfff"},
        {"dict": [["\ud800", 1]]},
        float("nan"),
        pytest.param(10**5000, id="an integer too long to be written"),
        pytest.param("long" * 3_000_000, id="too much text"),
        pytest.param(
            {"tensor": {"dtype": "torch.bool", "shape": [500_001], "data": [True] * 500_001}}, id="too many items"
        ),
        {"config": {"kind": "SFTConfig", "fields": [["optim", {"tensor": TENSOR}]]}},
        {"config": {"kind": "SFTConfig", "fields": [["optim_args", {"dict": [["a", [{"tensor": TENSOR}]]]}]]}},
        pytest.param({"model": {**MODEL, "weights": safetensors_of("F8_E4M3", 1)}}, id="numbers torch cannot compare"),
        pytest.param({"model": {**MODEL, "weights": safetensors_of("F4", 0.5)}}, id="numbers torch cannot read"),
        {"pickle": "gASVBQAAAAAAAACMAWGULg=="},
        {"tuple": "abc"},
        {"float": "1e999"},
        {"tokenizer": 3},
        {"tokenizer": {**TOKENIZER, "chat_template": {"default": "x"}}},
        {"tokenizer": {**TOKENIZER, "chat_template": "\ud800"}},
        {"tokenizer": {**TOKENIZER, "special_tokens": [["eos_token", 3]]}},
        {"tokenizer": {**TOKENIZER, "special_tokens": [["eos_token"]]}},
        {"tokenizer": {**TOKENIZER, "size": "3"}},
        {"tokenizer": {**TOKENIZER, "adds": ["1"]}},
        {"tokenizer": {**TOKENIZER, "adds": 1}},
        {"tokenizer": {**TOKENIZER, "more": 3}},
        {"a": 1, "b": 2},
        {},
    ],
)
def test_forged_reply_is_malformed(forged: object) -> None:
    with pytest.raises(Malformed):
        decode_answer(forged)


def test_many_keys_that_are_no_text_are_malformed() -> None:
    """They could all collide."""
    few = [[number * (2**61 - 1), 0] for number in range(1000)]
    assert len(decode_answer({"dict": few})) == 1000
    with pytest.raises(Malformed):
        decode_answer([{"dict": few}, {"dict": [[0.5, 0]]}])
    assert len(decode_answer({"dict": [[f"{number}", 0] for number in range(5000)]})) == 5000


def test_deep_reply_is_malformed() -> None:
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    with pytest.raises(Malformed):
        decode_answer(deep)


@settings(max_examples=60)
@given(JSON | FORGED)
def test_any_json_is_decoded_or_malformed(data: object) -> None:
    with contextlib.suppress(Malformed):
        repr(decode_answer(data)).encode()  # and what is decoded can be written to a file


def test_stand_in_takes_further_options_over_its_own() -> None:
    class Tokenizer:
        def apply_chat_template(self, messages: list[dict[str, str]], **options: object) -> object:
            return messages, options

    stand_in = making.make(encode_argument(ApplyChatTemplate({"tokenize": False, "padding": False})))
    begun = [{"role": "assistant", "content": "Well"}]
    assert stand_in(Tokenizer(), [], "Well", padding=True) == (begun, {"tokenize": False, "padding": True})


def test_config_comes_back_as_kind_and_fields() -> None:
    sent = {"config": {"kind": "LoraConfig", "fields": [["r", 4], ["target_modules", ["q_proj"]]]}}
    assert decode_answer([sent]) == [Config("LoraConfig", {"r": 4, "target_modules": ["q_proj"]})]


def test_tokenizer_state_tells_a_change() -> None:
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    backend = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "<s>": 1}, unk_token="a"))
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>")
    tokenizer.chat_template = "{{ messages }}"
    sent = encode_argument(tokenizer)
    arrived = making.make(sent)
    assert decode_answer(encode(arrived)) == TokenizerState.of(tokenizer)
    arrived.chat_template = "other"
    assert decode_answer(encode(arrived)) != TokenizerState.of(tokenizer)
    arrived = making.make(sent)
    arrived.backend_tokenizer.post_processor = tokenizers.processors.TemplateProcessing("<s> $A", None, [("<s>", 1)])
    assert decode_answer(encode(arrived)) != TokenizerState.of(tokenizer)
