"""Makes the arguments of a call from what the judge sent (``autograder.judge.arguments`` documents the encoding)."""

import base64
import functools
import tempfile
from collections.abc import Callable
from typing import Any


class Folder(str):
    """The path of a folder that is made for one call. What lies in it afterwards is told to the judge."""


def make(data: Any) -> Any:
    """An argument from the judge."""
    if isinstance(data, list):
        return [make(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((kind, content),) = data.items()
    return MAKERS[kind](content)


def make_dict(pairs: list[Any]) -> dict[Any, Any]:
    return {make(key): make(value) for key, value in pairs}


def make_tuple(items: list[Any]) -> tuple[Any, ...]:
    return tuple(make(item) for item in items)


def make_folder(_: None) -> Folder:
    return Folder(tempfile.mkdtemp())


def make_dataset(rows: list[Any]) -> Any:
    from datasets import Dataset

    return Dataset.from_list(make(rows))


@functools.cache
def read_backend(text: str) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(text)


def make_tokenizer(content: dict[str, Any]) -> Any:
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=read_backend(content["backend"]),  # it takes a copy
        **content["special_tokens"],
        **content["options"],
    )
    tokenizer.chat_template = content["chat_template"]
    return tokenizer


def make_model(content: dict[str, Any]) -> Any:
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
    from safetensors.torch import load
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(**content["architecture"])
    model: Any = LlamaForCausalLM(config)
    model.to(config.dtype)
    model.load_state_dict(load(base64.b64decode(content["weights"])), strict=False)  # tied ones are not sent
    if content["lora"] is not None:
        model = get_peft_model(model, LoraConfig(**content["lora"]))
        set_peft_model_state_dict(model, load(base64.b64decode(content["adapter"])))
    for name, parameter in model.named_parameters():
        if name in content["frozen"]:
            parameter.requires_grad_(False)
    return model


def make_trainer(content: dict[str, Any]) -> Any:
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    return SFTTrainer(
        model=make(content["model"]),
        args=SFTConfig(output_dir=tempfile.mkdtemp(), **content["settings"]),
        train_dataset=make(content["rows"]),
        processing_class=make(content["tokenizer"]),
    )


def make_sft_config_maker(fields: dict[str, Any]) -> Callable[..., Any]:
    from trl.trainer.sft_config import SFTConfig

    return lambda output_dir: SFTConfig(output_dir=output_dir, **fields)


def make_lora_config_maker(fields: dict[str, Any]) -> Callable[..., Any]:
    from peft import LoraConfig

    return lambda: LoraConfig(**fields)


def make_apply_chat_template(options: dict[str, Any]) -> Callable[..., Any]:
    def apply(tokenizer: Any, messages: list[dict[str, str]], opening: str | None = None, **more: Any) -> Any:
        begun = [] if opening is None else [{"role": "assistant", "content": opening}]
        return tokenizer.apply_chat_template([*messages, *begun], **(options | more))

    return apply


MAKERS: dict[str, Callable[[Any], Any]] = {
    "dict": make_dict,
    "tuple": make_tuple,
    "folder": make_folder,
    "dataset": make_dataset,
    "tokenizer": make_tokenizer,
    "model": make_model,
    "trainer": make_trainer,
    "sft config": make_sft_config_maker,
    "lora config": make_lora_config_maker,
    "apply chat template": make_apply_chat_template,
}
