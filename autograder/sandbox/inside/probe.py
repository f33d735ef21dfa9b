"""The kernel's side of a probe: call one function of the student's and say what came back, as plain data.

``probe_request`` carries ``{"name": str, "arguments": [...], "seed": int, "reply_bytes": int}``; ``probe_reply``
carries one of ``{"status": "returned", "value": ..., "arguments": [...]}``, ``{"status": "raised", "type": [...],
"cell_line": int | None}``, ``{"status": "missing"}``, and ``{"status": "oversized"}`` where the reply would be longer
than it may be. ``autograder.judge.values`` is the other side, documents the encoding, and trusts nothing.
"""

import contextlib
import dataclasses
import io
import json
import math
import random
import sys
import traceback
import warnings
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from ipykernel.ipkernel import IPythonKernel

MAX_DEPTH = 20
MAX_ITEMS = 500_000
MAX_INT_BITS = 4096  # longer ones have more digits than Python reads from JSON
MAX_NAME = 100
DTYPES = ("int64", "int32", "int16", "int8", "uint8", "bool", "float32", "float64", "float16", "bfloat16")
CONFIGS = {"SFTConfig": "trl.trainer.sft_config", "LoraConfig": "peft.tuners.lora.config"}


class CourseKernel(IPythonKernel):
    """IPython's kernel, which also answers ``probe_request``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shell_handlers["probe_request"] = self.probe_request

    async def probe_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        try:
            with contextlib.redirect_stdout(Nowhere()), contextlib.redirect_stderr(Nowhere()):
                reply = answer(parent["content"], self.shell.user_ns)  # type: ignore[union-attr]
        except KeyboardInterrupt:  # the grader's time limit, between the call and the reply
            reply = {"status": "raised", "type": ["KeyboardInterrupt"], "cell_line": None}
        self.session.send(  # type: ignore[union-attr]
            stream, "probe_reply", reply, parent, ident=ident
        )


class Nowhere(io.TextIOBase):
    """Where a call prints to: an endless print fills no memory."""

    def write(self, text: str) -> int:
        return len(text)


class Oversized(Exception):
    """The reply would be longer than it may be."""


def answer(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    try:
        reply = call(request, namespace)
        if len(json.dumps(reply)) > request["reply_bytes"]:
            raise Oversized
        return reply
    except Oversized:
        return {"status": "oversized"}


def call(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    """Raises Oversized before it has built much more than what may be sent."""
    if request["name"] not in namespace:
        return {"status": "missing"}
    subject = namespace[request["name"]]
    encode = Encoder(request["reply_bytes"]).encode
    try:
        if request["arguments"] is None:
            return {"status": "returned", "value": encode(subject), "arguments": []}
        arguments = [decode(argument) for argument in request["arguments"]]
        seed_everything(request["seed"])
        value = subject(*arguments)
        return {
            "status": "returned",
            "value": encode(value),
            "arguments": [encode(argument) for argument in arguments],
        }
    except Oversized:
        raise
    except BaseException as error:  # whatever a student raises; nobody above could answer for it
        return raised(error)


def raised(error: BaseException) -> dict[str, Any]:
    """The exception's type and its ancestors, and the last line that it passed through in the first of their cells."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "ipykernel_" in frame.filename]
    lines = [frame.lineno for frame in frames if frame.filename == frames[0].filename]
    names = [kind.__name__[:MAX_NAME] for kind in type(error).__mro__[:-1]]
    return {"status": "raised", "type": names, "cell_line": lines[-1] if lines else None}


def seed_everything(seed: int) -> None:
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def decode(data: Any) -> Any:
    """An argument from the judge."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((kind, content),) = data.items()
    if kind == "dict":
        return {decode(key): decode(value) for key, value in content}
    if kind == "tuple":
        return tuple(decode(item) for item in content)
    if kind == "tokenizer":
        return load_tokenizer(content)
    raise ValueError(kind)


def load_tokenizer(content: dict[str, Any]) -> Any:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(content["backend"]),
        **content["special_tokens"],
        **content["options"],
    )
    tokenizer.chat_template = content["chat_template"]
    return tokenizer


class Encoder:
    """Makes data of what a student's function gave; what is not data is named by its type only.

    room: about how many bytes of JSON it may all become; Oversized is raised as soon as it becomes more. An object
    whose type derives from a plain one is read as the plain one, with that one's own methods: what the type says of
    itself (``__str__``, ``__len__``, ``__iter__``) is not asked.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._items = MAX_ITEMS

    def encode(self, value: Any, depth: int = 0) -> Any:
        self._take(2)
        kind = type(value)
        if value is None or kind is bool:
            return value
        if issubclass(kind, str):
            return self._text(str.__str__(value))
        if issubclass(kind, int):
            return self._whole(int.__index__(value))
        if issubclass(kind, float):
            number = float.__float__(value)
            return number if math.isfinite(number) else {"float": repr(number)}
        if depth >= MAX_DEPTH:
            return {"opaque": "too deeply nested"}
        if issubclass(kind, list):
            return [self.encode(item, depth + 1) for item in list.__iter__(value)]
        if issubclass(kind, tuple):
            return {"tuple": [self.encode(item, depth + 1) for item in tuple.__iter__(value)]}
        if issubclass(kind, dict):
            return {"dict": self._pairs(dict.items(value), depth)}
        return self._object(value, depth)

    def _take(self, size: int, items: int = 1) -> None:
        self._room -= size
        self._items -= items
        if self._room < 0 or self._items < 0:
            raise Oversized

    def _text(self, text: str) -> Any:
        self._take(len(text), 0)
        try:
            text.encode()
        except UnicodeEncodeError:
            return {"opaque": "text with half a character"}
        return text

    def _whole(self, number: int) -> Any:
        if number.bit_length() > MAX_INT_BITS:
            return {"opaque": "int too large"}
        self._take(len(str(number)), 0)
        return number

    def _pairs(self, pairs: Iterable[tuple[Any, Any]], depth: int) -> list[list[Any]]:
        return [[self.encode(key, depth + 1), self.encode(value, depth + 1)] for key, value in pairs]

    def _object(self, value: Any, depth: int) -> Any:
        torch, transformers = sys.modules.get("torch"), sys.modules.get("transformers")
        if torch is not None and issubclass(type(value), torch.Tensor):
            return self._tensor(torch, value)
        if transformers is not None and isinstance(value, transformers.PreTrainedTokenizerBase):
            return {"tokenizer": {name: self.encode(one, depth + 1) for name, one in tokenizer_state(value).items()}}
        for kind, module in CONFIGS.items():
            known = getattr(sys.modules.get(module), kind, None)
            if isinstance(known, type) and issubclass(type(value), known):
                changed = changed_fields(value, known)
                fields = [[name, self.encode(plain(one), depth + 1)] for name, one in changed]
                return {"config": {"kind": kind, "fields": fields}}
        if isinstance(value, Mapping):
            return {"mapping": self._pairs(((key, value[key]) for key in value), depth)}
        return {"opaque": type(value).__name__[:MAX_NAME]}

    def _tensor(self, torch: Any, value: Any) -> Any:
        with torch._C.DisableTorchFunctionSubclass():
            count = torch.Tensor.numel(value)
            self._take(2 * count, count)
            dtype = str(torch.Tensor.dtype.__get__(value))
            strided = torch.Tensor.layout.__get__(value) is torch.strided
            if dtype.removeprefix("torch.") not in DTYPES or not strided or torch.Tensor.is_meta.__get__(value):
                return {"opaque": "Tensor"}
            data = torch.Tensor.detach(value).cpu().flatten().tolist()
            shape = list(torch.Tensor.shape.__get__(value))
        finite = [one if math.isfinite(one) else repr(one) for one in data]
        return {"tensor": {"dtype": dtype, "shape": shape, "data": finite}}


def tokenizer_state(tokenizer: Any) -> dict[str, Any]:
    return {
        "chat_template": tokenizer.chat_template,
        "special_tokens": [[name, str(token)] for name, token in tokenizer.special_tokens_map.items()],
        "size": len(tokenizer),
        "padding_side": tokenizer.padding_side,
        "truncation_side": tokenizer.truncation_side,
    }


def changed_fields(config: Any, known: type) -> list[tuple[str, Any]]:
    """The fields that are not what they are in a fresh config, which sets some of them by itself."""
    # With bf16 a fresh one could not be made on a CPU; with another device it would move what is made after it.
    device = {"use_cpu": config.use_cpu, "bf16": False} if known.__name__ == "SFTConfig" else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fresh = known(**device)
    names = [field.name for field in dataclasses.fields(known)]
    pairs = [(name, getattr(config, name), getattr(fresh, name)) for name in names]
    return [(name, value) for name, value, usual in pairs if type(value) is not type(usual) or value != usual]


def plain(value: Any) -> Any:
    """A field's value: enumerations and sets stand for data."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset) and all(isinstance(one, str) for one in value):
        return sorted(value)
    return value
