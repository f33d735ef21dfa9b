"""What crosses between the judge and a student's kernel: data, typed and bounded.

Encoding: ``None``, ``bool``, ``int``, ``str``, finite floats and lists are JSON's own; everything else is an object
with one key: ``dict`` and ``mapping`` (pairs), ``tuple``, ``float`` (nan and infinities), ``tensor`` (dtype, shape,
flat data), ``tokenizer``, ``config`` (kind, and pairs of fields), and ``opaque`` (the name of a type that is not
data). What does not fit is ``Malformed``.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 24
MAX_ITEMS = 500_000
MAX_CHARACTERS = 8_000_000
MAX_INT_BITS = 4096
MAX_DIMENSIONS = 8
_DTYPES = ("int64", "int32", "int16", "int8", "uint8", "bool", "float32", "float64", "float16", "bfloat16")
_NOT_FINITE = ("nan", "inf", "-inf")
_CONFIGS = ("SFTConfig", "LoraConfig")


class Malformed(Exception):
    """What came back is not in the encoding."""


@dataclass(frozen=True)
class Opaque:
    """Something that is not data. ``type_name`` is the kernel's word for it: for comparison, not for show."""

    type_name: str


@dataclass(frozen=True)
class Config:
    """An ``SFTConfig`` or ``LoraConfig``: its fields that are not at their default, as the kernel tells them.

    Names and values are not checked yet: see ``autograder.judge.configs``.
    """

    kind: str
    fields: Mapping[str, Any]


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
    return _Decoder().decode(data)


class _Decoder:
    """Counts what it has decoded: many small things are as bad as a large one."""

    def __init__(self) -> None:
        self._items = 0
        self._characters = 0

    def decode(self, data: Any, depth: int = 0) -> Any:
        self._count(1)
        if depth > MAX_DEPTH:
            raise Malformed("too deep")
        if data is None or type(data) is bool or (type(data) is int and data.bit_length() <= MAX_INT_BITS):
            return data
        if type(data) is str:
            return self._text(data)
        if type(data) is float and math.isfinite(data):
            return data
        if type(data) is list:
            return [self.decode(item, depth + 1) for item in data]
        if type(data) is not dict or len(data) != 1:
            raise Malformed("not in the encoding")
        ((kind, content),) = data.items()
        return self._tagged(kind, content, depth)

    def _tagged(self, kind: str, content: Any, depth: int) -> Any:
        match kind:
            case "dict" | "mapping":
                return self._pairs(content, depth)
            case "tuple" if type(content) is list:
                return tuple(self.decode(item, depth + 1) for item in content)
            case "float" if content in _NOT_FINITE:
                return float(content)
            case "opaque" if type(content) is str:
                return Opaque(self._text(content[:100]))
            case "tensor":
                return self._tensor(content)
            case "tokenizer":
                return self._tokenizer(content)
            case "config":
                return self._config(content, depth)
        raise Malformed("unknown kind")

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > MAX_ITEMS:
            raise Malformed("too many items")

    def _text(self, text: Any) -> str:
        """Text that can be written to a file: JSON may also hold halves of characters, which cannot."""
        if type(text) is not str:
            raise Malformed("text expected")
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise Malformed("too much text")
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Malformed("half a character") from error
        return text

    def _pairs(self, content: Any, depth: int) -> dict[Any, Any]:
        if type(content) is not list:
            raise Malformed("pairs expected")
        found: dict[Any, Any] = {}
        for pair in content:  # one by one: building a large dict of keys with equal hashes could not be interrupted
            if type(pair) is not list or len(pair) != 2:
                raise Malformed("pairs expected")
            key = self.decode(pair[0], depth + 1)
            try:
                twice = key in found
            except TypeError as error:
                raise Malformed("key that cannot be one") from error
            if twice:
                raise Malformed("a key stands twice")
            found[key] = self.decode(pair[1], depth + 1)
        return found

    def _tensor(self, content: Any) -> Any:
        import torch

        match content:
            case {"dtype": str(dtype), "shape": list(shape), "data": list(data)} if len(content) == 3:
                name = dtype.removeprefix("torch.")
            case _:
                raise Malformed("not a tensor")
        self._count(len(data))
        if name not in _DTYPES or len(shape) > MAX_DIMENSIONS:
            raise Malformed("not a tensor")
        if not all(type(size) is int and 0 <= size <= MAX_ITEMS for size in shape) or math.prod(shape) != len(data):
            raise Malformed("shape and data disagree")
        element = _element(getattr(torch, name))
        return torch.tensor([element(one) for one in data], dtype=getattr(torch, name)).reshape(shape)

    def _tokenizer(self, content: Any) -> TokenizerState:
        match content:
            case {
                "chat_template": None | str() as template,
                "special_tokens": list(pairs),
                "size": int(size),
                "padding_side": str(padding),
                "truncation_side": str(truncation),
            } if len(content) == 5 and all(type(pair) is list and len(pair) == 2 for pair in pairs):
                special = tuple(sorted((self._text(name), self._text(token)) for name, token in pairs))
                text = None if template is None else self._text(template)
                sides = self._text(padding), self._text(truncation)
                return TokenizerState(text, special, self.decode(size), *sides)
        raise Malformed("not a tokenizer")

    def _config(self, content: Any, depth: int) -> Config:
        match content:
            case {"kind": str(kind), "fields": list(fields)} if len(content) == 2 and kind in _CONFIGS:
                pairs = self._pairs(fields, depth)
                if all(type(name) is str for name in pairs):
                    return Config(kind, pairs)
        raise Malformed("not a config")


def _element(dtype: Any) -> Callable[[Any], Any]:
    """What makes an element for a tensor of this type, and raises Malformed where torch would cut, wrap or overflow."""
    import torch

    if dtype is torch.bool:
        return _truth
    if dtype.is_floating_point:
        largest = torch.finfo(dtype).max
        return lambda one: _real(one, largest)
    bounds = torch.iinfo(dtype)
    return lambda one: _whole(one, bounds.min, bounds.max)


def _truth(one: Any) -> bool:
    if type(one) is not bool:
        raise Malformed("not a truth value")
    return one


def _whole(one: Any, low: int, high: int) -> int:
    if type(one) is not int or not low <= one <= high:
        raise Malformed("not an integer of this type")
    return one


def _real(one: Any, largest: float) -> float:
    if type(one) is float and abs(one) <= largest:
        return one
    if type(one) is str and one in _NOT_FINITE:
        return float(one)
    raise Malformed("not a number of this type")
