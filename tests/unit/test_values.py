"""The wire between judge and kernel: what is sent comes back the same, and nothing else is believed."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge.values import Malformed, Opaque, TokenizerState, decode_answer, encode_argument

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))
import contextlib

import probe

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_data_survives_both_ways(value: object) -> None:
    assert probe.decode(encode_argument(value)) == value
    back = decode_answer(probe.encode(value))
    assert back == value
    assert type(back) is type(value)


def test_tensor_comes_back_with_dtype_and_shape() -> None:
    torch = pytest.importorskip("torch")
    value = torch.arange(6, dtype=torch.int32).reshape(2, 3)
    back = decode_answer(probe.encode({"x": value}))["x"]
    assert back.dtype == torch.int32
    assert torch.equal(back, value)


def test_mapping_that_is_no_dict_comes_back_as_dict() -> None:
    from collections import UserDict

    assert decode_answer(probe.encode(UserDict(a=1))) == {"a": 1}


def test_object_is_named_not_sent() -> None:
    assert decode_answer(probe.encode(object())) == Opaque("object")


def test_number_of_another_library_is_no_int() -> None:
    numpy = pytest.importorskip("numpy")
    assert isinstance(decode_answer(probe.encode(numpy.int64(1))), Opaque)


def test_endless_nesting_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    decode_answer(probe.encode(loop))


@pytest.mark.parametrize(
    "forged",
    [
        {"tensor": {"dtype": "torch.int64", "shape": [10**9], "data": [1]}},
        {"tensor": {"dtype": "os.system", "shape": [1], "data": [1]}},
        {"tensor": {"dtype": "torch.int64", "shape": [-1], "data": []}},
        {"tensor": {"dtype": "torch.int64", "shape": [1], "data": ["x"]}},
        {"tensor": None},
        {"dict": [[1]]},
        {"dict": [[[], 1]]},
        {"pickle": "gASVBQAAAAAAAACMAWGULg=="},
        {"tuple": "abc"},
        {"float": "1e999"},
        {"tokenizer": 3},
        {"a": 1, "b": 2},
        {},
    ],
)
def test_forged_reply_is_malformed(forged: object) -> None:
    with pytest.raises(Malformed):
        decode_answer(forged)


def test_deep_reply_is_malformed() -> None:
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    with pytest.raises(Malformed):
        decode_answer(deep)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_any_json_is_decoded_or_malformed(data: object) -> None:
    with contextlib.suppress(Malformed):
        decode_answer(data)


def test_tokenizer_state_tells_a_change() -> None:
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    backend = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "<s>": 1}, unk_token="a"))
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>")
    tokenizer.chat_template = "{{ messages }}"
    sent = encode_argument(tokenizer)
    arrived = probe.decode(sent)
    assert decode_answer(probe.encode(arrived)) == TokenizerState.of(tokenizer)
    arrived.chat_template = "other"
    assert decode_answer(probe.encode(arrived)) != TokenizerState.of(tokenizer)
