"""The kernel's side of a probe: call one function of the student's and say what came back, as plain data.

``probe_request`` carries ``{"name": str, "arguments": [...], "seed": int}``; ``probe_reply`` carries one of
``{"status": "returned", "value": ..., "arguments": [...]}``, ``{"status": "raised", "type": [...], "cell_line": int
| None}`` and ``{"status": "missing"}``. ``autograder.judge.values`` is the other side, documents the encoding, and
trusts nothing.
"""

import contextlib
import io
import math
import random
import traceback
from collections.abc import Mapping
from typing import Any

from ipykernel.ipkernel import IPythonKernel

MAX_DEPTH = 20


class CourseKernel(IPythonKernel):
    """IPython's kernel, which also answers ``probe_request``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shell_handlers["probe_request"] = self.probe_request

    async def probe_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                reply = answer(parent["content"], self.shell.user_ns)  # type: ignore[union-attr]
        except KeyboardInterrupt:  # the grader's time limit, between the call and the reply
            reply = {"status": "raised", "type": ["KeyboardInterrupt"], "cell_line": None}
        self.session.send(  # type: ignore[union-attr]
            stream, "probe_reply", reply, parent, ident=ident
        )


def answer(request: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    if request["name"] not in namespace:
        return {"status": "missing"}
    subject = namespace[request["name"]]
    if request["arguments"] is None:
        return {"status": "returned", "value": encode(subject), "arguments": []}
    arguments = [decode(argument) for argument in request["arguments"]]
    seed_everything(request["seed"])
    try:
        value = subject(*arguments)
        return {
            "status": "returned",
            "value": encode(value),
            "arguments": [encode(argument) for argument in arguments],
        }
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return raised(error)


def raised(error: BaseException) -> dict[str, Any]:
    """The exception's type and its ancestors, and the last line that it passed through in the first of their cells."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "ipykernel_" in frame.filename]
    lines = [frame.lineno for frame in frames if frame.filename == frames[0].filename]
    names = [kind.__name__ for kind in type(error).__mro__[:-1]]
    return {"status": "raised", "type": names, "cell_line": lines[-1] if lines else None}


def seed_everything(seed: int) -> None:
    random.seed(seed)
    import sys

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


def encode(value: Any, depth: int = 0) -> Any:
    """What the student's function gave, as data; what is not data is named by its type only."""
    if depth > MAX_DEPTH:
        return {"opaque": "too deeply nested"}
    if value is None or isinstance(value, bool):
        return value
    for plain in (str, int):
        if isinstance(value, plain):
            return plain(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": repr(float(value))}
    if isinstance(value, list):
        return [encode(item, depth + 1) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, depth + 1) for item in value]}
    if isinstance(value, Mapping):
        kind = "dict" if isinstance(value, dict) else "mapping"
        return {kind: [[encode(key, depth + 1), encode(value[key], depth + 1)] for key in value]}
    return encode_object(value)


def encode_object(value: Any) -> Any:
    import sys

    torch = sys.modules.get("torch")
    transformers = sys.modules.get("transformers")
    if torch is not None and isinstance(value, torch.Tensor):
        content = value.detach().cpu()
        return {
            "tensor": {
                "dtype": str(value.dtype),
                "shape": list(value.shape),
                "data": content.flatten().tolist(),
            }
        }
    if transformers is not None and isinstance(value, transformers.PreTrainedTokenizerBase):
        return {"tokenizer": tokenizer_state(value)}
    return {"opaque": type(value).__name__}


def tokenizer_state(tokenizer: Any) -> dict[str, Any]:
    return {
        "chat_template": tokenizer.chat_template,
        "special_tokens": {name: str(token) for name, token in tokenizer.special_tokens_map.items()},
        "size": len(tokenizer),
        "padding_side": tokenizer.padding_side,
        "truncation_side": tokenizer.truncation_side,
    }
