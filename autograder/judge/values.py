"""What comes back from a student's kernel: data, typed and bounded.

Encoding: ``None``, ``bool``, ``int``, ``str``, finite floats and lists are JSON's own; everything else is an object
with one key: ``dict`` (pairs, of any mapping), ``tuple``, ``float`` (nan and infinities), ``tensor`` (dtype, shape,
flat data), ``tokenizer``, ``config`` (kind, and pairs of fields), ``model`` (its weights as safetensors), ``trainer``,
``folder`` (names and contents of files) and ``opaque`` (the name of a type that is not data). Bytes are in base64.
What does not fit is ``Malformed``.
"""

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

MAX_DEPTH = 24
MAX_ITEMS = 500_000
MAX_CHARACTERS = 8_000_000
MAX_OTHER_KEYS = 1000  # that are no text: those can be made to collide, and take time in the square of their number
MAX_INT_BITS = 4096
MAX_DIMENSIONS = 8
_DTYPES = ("int64", "int32", "int16", "int8", "uint8", "bool", "float32", "float64", "float16", "bfloat16")
_NOT_FINITE = ("nan", "inf", "-inf")
Part = TypeVar("Part")
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
    """What a function could have changed in a tokenizer that it was given. adds: the ids that it puts around a text."""

    chat_template: str | None
    special_tokens: tuple[tuple[str, str], ...]
    size: int
    padding_side: str
    truncation_side: str
    adds: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Any) -> "TokenizerState":
        return cls(
            tokenizer.chat_template,
            tuple(sorted((name, str(token)) for name, token in tokenizer.special_tokens_map.items())),
            len(tokenizer),
            tokenizer.padding_side,
            tokenizer.truncation_side,
            tuple(tokenizer("")["input_ids"]),
        )


@dataclass(frozen=True)
class ModelState:
    """A model: the names of its types, which parameters are trained, its tensors, and its adapter's config, if any."""

    kind: tuple[str, ...]
    trainable: frozenset[str]
    tensors: Mapping[str, Any]
    lora: Config | None


@dataclass(frozen=True)
class TrainerState:
    """A trainer: the names of its types, and its parts.

    rows: ``input_ids`` and ``labels`` of its data set, None where it has none. batch: the first that its collator made,
    None where it made none. own_optimizer: it was given one that its args do not say.
    """

    kind: tuple[str, ...]
    args: Config | Opaque
    model: ModelState | None
    rows: tuple[Mapping[str, Any], ...] | None
    batch: Mapping[str, Any] | None
    tokenizer: TokenizerState | None
    own_optimizer: bool


def decode_answer(data: Any) -> Any:
    """What a student's function returned. Raises Malformed; never runs anything that the data names."""
    return _Decoder().decode(data)


class _Decoder:
    """Counts what it has decoded: many small things are as bad as a large one."""

    def __init__(self) -> None:
        self._items = 0
        self._characters = 0
        self._other_keys = 0

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
            case "dict":
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
            case "model":
                return self._model(content, depth)
            case "trainer":
                return self._trainer(content, depth)
            case "folder":
                return self._folder(content)
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
        for pair in content:
            if type(pair) is not list or len(pair) != 2:
                raise Malformed("pairs expected")
            key = self.decode(pair[0], depth + 1)
            self._other_keys += type(key) is not str
            if self._other_keys > MAX_OTHER_KEYS:
                raise Malformed("too many keys that are no text")
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
                "adds": list(adds),
            } if len(content) == 6 and all(type(pair) is list and len(pair) == 2 for pair in pairs):
                if not all(type(one) is int for one in adds):
                    raise Malformed("not token ids")
                special = tuple(sorted((self._text(name), self._text(token)) for name, token in pairs))
                text = None if template is None else self._text(template)
                sides = self._text(padding), self._text(truncation)
                return TokenizerState(text, special, self.decode(size), *sides, tuple(self.decode(adds)))
        raise Malformed("not a tokenizer")

    def _config(self, content: Any, depth: int) -> Config:
        match content:
            case {"kind": str(kind), "fields": list(fields)} if len(content) == 2 and kind in _CONFIGS:
                pairs = self._pairs(fields, depth)
                if all(type(name) is str and _is_plain(value) for name, value in pairs.items()):
                    return Config(kind, pairs)
        raise Malformed("not a config")

    def _folder(self, content: Any) -> dict[str, bytes]:
        if type(content) is not list or not all(type(pair) is list and len(pair) == 2 for pair in content):
            raise Malformed("not a folder")
        return {self._text(name): self._bytes(data) for name, data in content}

    def _bytes(self, data: Any) -> bytes:
        try:
            return base64.b64decode(self._text(data), validate=True)
        except ValueError as error:
            raise Malformed("not base64") from error

    def _names(self, content: Any) -> tuple[str, ...]:
        if type(content) is not list:
            raise Malformed("names expected")
        return tuple(self._text(name) for name in content)

    def _model(self, content: Any, depth: int) -> ModelState:
        from safetensors import SafetensorError
        from safetensors.torch import load

        match content:
            case {"kind": kind, "trainable": trainable, "weights": weights, "lora": lora} if len(content) == 4:
                try:
                    tensors = load(self._bytes(weights))
                except (SafetensorError, ValueError, RuntimeError, KeyError) as error:
                    raise Malformed("not safetensors") from error
                if any(str(tensor.dtype).removeprefix("torch.") not in _DTYPES for tensor in tensors.values()):
                    raise Malformed("numbers that cannot be compared")
                config = self._of(Config, lora, depth)
                return ModelState(self._names(kind), frozenset(self._names(trainable)), tensors, config)
        raise Malformed("not a model")

    def _trainer(self, content: Any, depth: int) -> TrainerState:
        parts = {"kind", "args", "model", "rows", "batch", "tokenizer", "own_optimizer"}
        if type(content) is not dict or content.keys() != parts:
            raise Malformed("not a trainer")
        args = self.decode(content["args"], depth + 1)
        rows = self._of(list, content["rows"], depth)
        if not isinstance(args, Config | Opaque) or not all(isinstance(row, dict) for row in rows or ()):
            raise Malformed("not a trainer")
        return TrainerState(
            self._names(content["kind"]),
            args,
            self._of(ModelState, content["model"], depth),
            None if rows is None else tuple(rows),
            self._of(dict, content["batch"], depth),
            self._of(TokenizerState, content["tokenizer"], depth),
            _truth(content["own_optimizer"]),
        )

    def _of(self, kind: type[Part], content: Any, depth: int) -> Part | None:
        """A part that is of this kind, or None."""
        part = self.decode(content, depth + 1)
        if isinstance(part, Opaque):  # something else: no part that could be judged
            return None
        if part is not None and not isinstance(part, kind):
            raise Malformed("another part expected")
        return part


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


def _is_plain(value: Any) -> bool:
    """Is there nothing in it that == cannot compare?"""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    return value is None or isinstance(value, bool | int | float | str | Opaque)


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
