"""What crosses between the judge and a student's kernel: data, typed and bounded.

Encoding: ``None``, ``bool``, ``int``, ``str``, finite floats and lists are JSON's own; everything else is an object
with one key: ``dict`` and ``mapping`` (pairs), ``tuple``, ``float`` (nan and infinities), ``tensor`` (dtype, shape,
flat data), ``tokenizer``, and ``opaque`` (the name of a type that is not data). What does not fit is ``Malformed``.
"""

import math
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 24
MAX_ITEMS = 500_000
_DTYPES = ("int64", "int32", "int16", "int8", "uint8", "bool", "float32", "float64", "float16", "bfloat16")


class Malformed(Exception):
    """What came back is not in the encoding."""


@dataclass(frozen=True)
class Opaque:
    """Something that is not data. ``type_name`` is the kernel's word for it: for comparison, not for show."""

    type_name: str


@dataclass(frozen=True)
class TokenizerState:
    """What a function could have changed in a tokenizer that it was given."""

    chat_template: str | None
    special_tokens: tuple[tuple[str, str], ...]
    size: int
    padding_side: str
    truncation_side: str

    @classmethod
    def of(cls, tokenizer: Any) -> "TokenizerState":
        return cls(
            tokenizer.chat_template,
            tuple(sorted((name, str(token)) for name, token in tokenizer.special_tokens_map.items())),
            len(tokenizer),
            tokenizer.padding_side,
            tokenizer.truncation_side,
        )


def encode_argument(value: Any) -> Any:
    """An argument for a student's function: plain data or a fast tokenizer."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list):
        return [encode_argument(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode_argument(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode_argument(key), encode_argument(item)] for key, item in value.items()]}
    return {"tokenizer": _encode_tokenizer(value)}


def _encode_tokenizer(tokenizer: Any) -> dict[str, Any]:
    return {
        "backend": tokenizer.backend_tokenizer.to_str(),
        "chat_template": tokenizer.chat_template,
        "special_tokens": {name: str(token) for name, token in tokenizer.special_tokens_map.items()},
        "options": {
            "padding_side": tokenizer.padding_side,
            "truncation_side": tokenizer.truncation_side,
            "clean_up_tokenization_spaces": tokenizer.clean_up_tokenization_spaces,
        },
    }


def decode_answer(data: Any) -> Any:
    """What a student's function returned. Raises Malformed; never runs anything that the data names."""
    return _Decoder().decode(data, 0)


class _Decoder:
    def __init__(self) -> None:
        self.items = 0

    def decode(self, data: Any, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise Malformed("too deep or too large")
        if data is None or type(data) in (str, bool, int):
            return data
        if type(data) is float and math.isfinite(data):
            return data
        if type(data) is list:
            return [self.decode(item, depth + 1) for item in data]
        if type(data) is not dict or len(data) != 1:
            raise Malformed("not in the encoding")
        ((kind, content),) = data.items()
        if kind in ("dict", "mapping"):
            return self._pairs(content, depth)
        if kind == "tuple" and type(content) is list:
            return tuple(self.decode(item, depth + 1) for item in content)
        if kind == "float" and content in ("nan", "inf", "-inf"):
            return float(content)
        if kind == "opaque" and type(content) is str:
            return Opaque(content[:100])
        if kind == "tensor":
            return _tensor(content)
        if kind == "tokenizer":
            return _tokenizer(content)
        raise Malformed("unknown kind")

    def _pairs(self, content: Any, depth: int) -> dict[Any, Any]:
        if type(content) is not list or any(type(pair) is not list or len(pair) != 2 for pair in content):
            raise Malformed("pairs expected")
        decoded = [(self.decode(key, depth + 1), self.decode(value, depth + 1)) for key, value in content]
        try:
            return dict(decoded)
        except TypeError as error:
            raise Malformed("key that cannot be one") from error


def _tensor(content: Any) -> Any:
    import torch

    try:
        dtype, shape, data = content["dtype"], content["shape"], content["data"]
        name = dtype.removeprefix("torch.")
        if name not in _DTYPES or len(shape) > 8 or len(data) > MAX_ITEMS:
            raise Malformed("not a tensor")
        if not all(type(size) is int and size >= 0 for size in shape) or math.prod(shape) != len(data):
            raise Malformed("shape and data disagree")
        return torch.tensor(data, dtype=getattr(torch, name)).reshape(shape)
    except (AttributeError, KeyError, TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise Malformed("not a tensor") from error


def _tokenizer(content: Any) -> TokenizerState:
    try:
        special = tuple(sorted((str(name), str(token)) for name, token in content["special_tokens"].items()))
        return TokenizerState(
            content["chat_template"],
            special,
            content["size"],
            content["padding_side"],
            content["truncation_side"],
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise Malformed("not a tokenizer") from error
