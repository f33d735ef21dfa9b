"""What the judge sends to a student's kernel, and how a kernel is told to make it (``sandbox/inside/making.py`` does).

``None``, ``bool``, ``int``, ``float``, ``str`` and lists are JSON's own; everything else is an object with one key:
``dict`` (pairs), ``tuple``, ``tokenizer``, and the kinds that are classes here.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Folder:
    """The path of an empty folder. After the call the argument is its files: names and contents."""

    def encode(self) -> dict[str, Any]:
        return {"folder": None}


@dataclass(frozen=True)
class Dataset:
    """A ``datasets.Dataset`` of these rows."""

    rows: list[dict[str, Any]]

    def encode(self) -> dict[str, Any]:
        return {"dataset": encode_argument(self.rows)}


@dataclass(frozen=True)
class Model:
    """A Llama, with a LoRA adapter where ``lora`` is given.

    architecture: fields of its ``LlamaConfig``. weights, adapter: safetensors. lora: fields of a ``LoraConfig``.
    frozen: names of parameters that are not to be trained.
    """

    architecture: Fields
    weights: bytes
    lora: Fields | None = None
    adapter: bytes = b""
    frozen: tuple[str, ...] = ()

    def encode(self) -> dict[str, Any]:
        return {
            "model": {
                "architecture": dict(self.architecture),
                "weights": base64.b64encode(self.weights).decode(),
                "lora": None if self.lora is None else dict(self.lora),
                "adapter": base64.b64encode(self.adapter).decode(),
                "frozen": list(self.frozen),
            }
        }


@dataclass(frozen=True)
class Trainer:
    """An ``SFTTrainer``. settings: fields of its ``SFTConfig``, beside ``output_dir``."""

    model: Model
    tokenizer: Any
    rows: list[dict[str, Any]]
    settings: Fields = field(default_factory=dict)

    def encode(self) -> dict[str, Any]:
        return {
            "trainer": {
                "model": self.model.encode(),
                "tokenizer": encode_argument(self.tokenizer),
                "rows": Dataset(self.rows).encode(),
                "settings": dict(self.settings),
            }
        }


@dataclass(frozen=True)
class MakeSFTConfig:
    """A function that takes ``output_dir`` and gives an ``SFTConfig`` with these fields."""

    fields: Fields

    def encode(self) -> dict[str, Any]:
        return {"sft config": dict(self.fields)}


@dataclass(frozen=True)
class MakeLoraConfig:
    """A function that takes nothing and gives a ``LoraConfig`` with these fields."""

    fields: Fields

    def encode(self) -> dict[str, Any]:
        return {"lora config": dict(self.fields)}


@dataclass(frozen=True)
class ApplyChatTemplate:
    """A function that takes a tokenizer, messages and, if need be, how the next answer begins, and gives what
    ``apply_chat_template`` does with these options, and with those that it is called with over them."""

    options: Fields

    def encode(self) -> dict[str, Any]:
        return {"apply chat template": dict(self.options)}


_RECIPES = (Folder, Dataset, Model, Trainer, MakeSFTConfig, MakeLoraConfig, ApplyChatTemplate)


def encode_argument(value: Any) -> Any:
    """An argument for a student's function: plain data, a recipe, or a fast tokenizer."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list):
        return [encode_argument(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode_argument(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode_argument(key), encode_argument(item)] for key, item in value.items()]}
    if isinstance(value, _RECIPES):
        return value.encode()
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
