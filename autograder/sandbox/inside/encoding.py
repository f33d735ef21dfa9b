"""Makes plain data of what a student's function gave (the encoding is documented in ``autograder.judge.values``)."""

import base64
import dataclasses
import math
import sys
import warnings
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from making import Folder

MAX_DEPTH = 20
MAX_ITEMS = 500_000
MAX_INT_BITS = 4096  # longer ones have more digits than Python reads from JSON
MAX_NAME = 100
DTYPES = ("int64", "int32", "int16", "int8", "uint8", "bool", "float32", "float64", "float16", "bfloat16")
CONFIGS = {"SFTConfig": "trl.trainer.sft_config", "LoraConfig": "peft.tuners.lora.config"}


class Oversized(Exception):
    """The reply would be longer than it may be."""


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
        if kind is Folder:
            return {"folder": self._files(Path(str.__str__(value)))}
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
        if known_as(value, "torch", "Tensor"):
            return self._tensor(sys.modules["torch"], value)
        if known_as(value, "transformers.tokenization_utils_base", "PreTrainedTokenizerBase"):
            return {"tokenizer": {name: self.encode(one, depth + 1) for name, one in tokenizer_state(value).items()}}
        for kind, module in CONFIGS.items():
            if known_as(value, module, kind):
                changed = changed_fields(value, getattr(sys.modules[module], kind))
                fields = [[name, self.encode(as_data(one), depth + 1)] for name, one in changed]
                return {"config": {"kind": kind, "fields": fields}}
        if known_as(value, "torch.nn.modules.module", "Module"):
            return {"model": self._model(value, depth)}
        if known_as(value, "transformers.trainer", "Trainer"):
            return {"trainer": self._trainer(value, depth)}
        if isinstance(value, Mapping):
            return {"dict": self._pairs(((key, value[key]) for key in value), depth)}
        return {"opaque": type(value).__name__[:MAX_NAME]}

    def _files(self, folder: Path) -> list[list[str]]:
        """Names, relative to the folder, and contents."""
        found = []
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self._take(path.stat().st_size * 4 // 3)
                found.append([str(path.relative_to(folder)), base64.b64encode(path.read_bytes()).decode()])
        return found

    def _model(self, model: Any, depth: int) -> dict[str, Any]:
        """kind: the names of its types. weights: safetensors, each tensor once, even if it has two names."""
        from safetensors.torch import save

        state = {id(tensor): (name, tensor) for name, tensor in reversed(model.state_dict(keep_vars=True).items())}
        # Before anything is copied: one number, expanded, can claim to be terabytes.
        self._take(sum(tensor.numel() * tensor.element_size() for _, tensor in state.values()) * 4 // 3)
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in reversed(state.values())}
        lora = model.peft_config.get(model.active_adapter) if known_as(model, "peft.peft_model", "PeftModel") else None
        return {
            "kind": [kind.__name__[:MAX_NAME] for kind in type(model).__mro__],
            "trainable": [name for name, parameter in model.named_parameters() if parameter.requires_grad],
            "weights": base64.b64encode(save(tensors)).decode(),
            "lora": self.encode(lora, depth + 1),
        }

    def _trainer(self, trainer: Any, depth: int) -> dict[str, Any]:
        """rows: what it will train on, as far as it is token ids. batch: the first, from its own collator.
        own_optimizer: has it one already, and not the one that its args say?"""
        parts = {
            "args": trainer.args,
            "model": trainer.model,
            "rows": token_rows(trainer.train_dataset),
            "batch": first_batch(trainer),
            "tokenizer": trainer.processing_class,
            "own_optimizer": has_own_optimizer(trainer),
        }
        kinds = [kind.__name__[:MAX_NAME] for kind in type(trainer).__mro__]
        return {"kind": kinds, **{name: self.encode(part, depth + 1) for name, part in parts.items()}}

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


def known_as(value: Any, module: str, name: str) -> bool:
    """Is it an object of this type? Where the module has not been imported, it cannot be."""
    known = getattr(sys.modules.get(module), name, None)
    return isinstance(known, type) and issubclass(type(value), known)


def token_rows(dataset: Any) -> list[dict[str, Any]] | None:
    names = [name for name in ("input_ids", "labels") if name in (getattr(dataset, "column_names", None) or ())]
    return dataset.select_columns(names).to_list() if "input_ids" in names else None


def first_batch(trainer: Any) -> Any:
    """None where there is none: the judge sees by it that the trainer could not train."""
    try:
        return next(iter(trainer.get_train_dataloader()))
    except Exception:  # of whatever kind, in a student's collator or for want of rows
        return None


def has_own_optimizer(trainer: Any) -> bool:
    """``create_optimizer`` makes one of another rate for no parameter, and leaves none out that can move. What training
    leaves behind is nobody's own."""
    none = trainer.optimizer is None or trainer.state.global_step > 0
    groups = [] if none else trainer.optimizer.param_groups
    held = {id(parameter) for group in groups for parameter in group["params"]}
    moving = {id(parameter) for parameter in trainer.model.parameters() if parameter.requires_grad}
    return bool(groups) and (held != moving or any(group["lr"] != trainer.args.learning_rate for group in groups))


def tokenizer_state(tokenizer: Any) -> dict[str, Any]:
    return {
        "chat_template": tokenizer.chat_template,
        "special_tokens": [[name, str(token)] for name, token in tokenizer.special_tokens_map.items()],
        "size": len(tokenizer),
        "padding_side": tokenizer.padding_side,
        "truncation_side": tokenizer.truncation_side,
        "adds": tokenizer("")["input_ids"],
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


def as_data(value: Any) -> Any:
    """A field's value: enumerations and sets stand for data, and a folder for its path."""
    if type(value) is Folder:
        return str.__str__(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset) and all(isinstance(one, str) for one in value):
        return sorted(value)
    return value
