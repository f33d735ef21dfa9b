"""What the notebooks of ``fine-tuning`` say about trl, peft and transformers, tried on the locked versions."""

import functools
import inspect
import json
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import datasets
import nbformat
import pytest
import torch
import transformers
import trl
from conftest import ROOT
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments
from trl import SFTConfig, SFTTrainer

pytestmark = pytest.mark.filterwarnings("ignore")  # of what the libraries say about releases to come
BASE = ROOT / "source" / "fine-tuning" / "base"
SCRATCH = tempfile.TemporaryDirectory()  # gone at the end
LORA = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
# Of Llama 2 7B: its layers, the rank, and the sizes of a layer's matrices.
RANK_16 = 32 * 16 * (4 * (4096 + 4096) + 3 * (4096 + 11008))
CPU = {
    "use_cpu": True,
    "bf16": False,
    "activation_checkpointing": False,
    "save_strategy": "no",
    "report_to": "none",
    "max_steps": 2,
    "disable_tqdm": True,
    "learning_rate": 1e-2,
}


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> None:
    datasets.disable_progress_bars()
    transformers.logging.disable_progress_bar()


def said(pattern: str) -> list[Any]:
    """What the notebook about LoRA says in place of the pattern's groups."""
    return re.findall(pattern, (ROOT / "source" / "fine-tuning" / "lora.pct.py").read_text())


def memory_rows() -> list[tuple[float, float, str]]:
    """Of its table: frozen bytes for each weight, billions of weights that are trained, GB in all."""
    amounts = {"none": 0.0, "7 billion": 7.0, "40 million": 0.04}
    found = said(r"\| (?:(none)|7 billion \S ([\d.]+) bytes) \| (.+?) \S 16 bytes \| \*\*(\d+) GB\*\*")
    return [(float(frozen or 0), amounts[trained], stated) for _, frozen, trained, stated in found]


@functools.cache
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(BASE)


def base(**options: Any) -> Any:
    return AutoModelForCausalLM.from_pretrained(BASE, **{"dtype": torch.float32, **options})


def config(**settings: Any) -> SFTConfig:
    return SFTConfig(SCRATCH.name, **{**CPU, **settings})


@functools.cache
def pairs() -> Dataset:
    """Rows of a prompt and a completion."""
    return Dataset.from_list(
        [
            {
                "prompt": [{"role": "user", "content": f"Where is {number}?"}],
                "completion": [{"role": "assistant", "content": f"It is at {number}."}],
            }
            for number in range(8)
        ]
    )


def messages() -> Dataset:
    return Dataset.from_list([{"messages": row["prompt"] + row["completion"]} for row in pairs()])


def conversations() -> Dataset:
    """In ShareGPT's words."""
    return Dataset.from_list([{"conversations": [{"from": "human", "value": "Hi."}, {"from": "gpt", "value": "Ho."}]}])


PLAIN = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"


def with_template(template: str | None) -> Any:
    """The base's tokenizer with another template, or none."""
    changed = AutoTokenizer.from_pretrained(BASE)
    changed.chat_template = template
    return changed


def typed_markers(**options: Any) -> int:
    """How often the end marker comes of a user's turn that has it in its text, and an answer."""
    chat = [{"role": "user", "content": "What is <|im_end|>?"}, {"role": "assistant", "content": "A marker."}]
    ids = tokenizer().apply_chat_template(chat, **options)["input_ids"]
    return list(ids).count(tokenizer().convert_tokens_to_ids("<|im_end|>"))


def sft(
    data: Dataset | None = None,
    model: Any = None,
    peft: LoraConfig | None = None,
    tokens: Any = None,
    **settings: Any,
) -> SFTTrainer:
    return SFTTrainer(
        model=model or base(),
        args=config(**settings),
        train_dataset=data or pairs(),
        processing_class=tokens or tokenizer(),
        peft_config=peft,
    )


@functools.cache
def untrained() -> SFTTrainer:
    return sft()


@dataclass(frozen=True)
class Tuned:
    """A trainer with an adapter after two steps; logits before and after; the folder where it was saved."""

    trainer: SFTTrainer
    start: torch.Tensor
    logits: torch.Tensor
    folder: Path


@functools.cache
def trained() -> Tuned:
    trainer, folder = sft(peft=LORA), Path(SCRATCH.name, "adapter")
    start = logits(trainer.model)
    trainer.train()
    trainer.save_model(folder)
    return Tuned(trainer, start, logits(trainer.model), folder)


def of_a_base_that_is_gone() -> Path:
    """The adapter's folder, which notes another path."""
    folder = Path(shutil.copytree(trained().folder, Path(SCRATCH.name, "moved"), dirs_exist_ok=True))
    noted = folder / "adapter_config.json"
    read = json.loads(noted.read_text(encoding="utf-8"))
    noted.write_text(json.dumps({**read, "base_model_name_or_path": "/gone"}), encoding="utf-8")
    return folder


@torch.no_grad()
def logits(model: Any) -> torch.Tensor:
    return model.eval()(tokenizer()("The capital of", return_tensors="pt")["input_ids"]).logits


def learnt(trainer: SFTTrainer) -> str:
    """The text of the labels that count, in the first row."""
    return tokenizer().decode([label for label in trainer.train_dataset[0]["labels"] if label != -100])


def adapted_layers(**settings: Any) -> set[str]:
    model = get_peft_model(base(), LoraConfig(**settings))
    return {name.split(".")[-1] for name, module in model.named_modules() if hasattr(module, "lora_A")}


def raises(kind: type[Exception], call: Callable[[], object]) -> bool:
    try:
        call()
    except kind:
        return True
    return False


def warned(call: Callable[[], object]) -> str:
    """The kinds of warnings that it gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return " ".join(one.category.__name__ for one in caught)


def switched_off() -> bool:
    with trained().trainer.model.disable_adapter():
        return torch.equal(logits(trained().trainer.model), logits(base()))


CLAIMS: dict[str, Callable[[], object]] = {
    "SFTTrainer is a subclass of Trainer": lambda: issubclass(SFTTrainer, Trainer),
    "SFTConfig is a TrainingArguments with more fields": lambda: (
        issubclass(SFTConfig, TrainingArguments)
        and {f.name for f in fields(SFTConfig)} > {f.name for f in fields(TrainingArguments)}
    ),
    "loop, optimizer, checkpoints and logging are Trainer's; SFTTrainer at most adds to them": lambda: (
        all(
            n not in vars(SFTTrainer)
            for n in ("train", "create_optimizer", "create_scheduler", "_inner_training_loop", "save_model")
        )
        and "super().log" in inspect.getsource(SFTTrainer.log)
        and "super()._save_checkpoint" in inspect.getsource(SFTTrainer._save_checkpoint)
    ),
    "gradient accumulation is a TrainingArguments field; packing is not": lambda: (
        {"gradient_accumulation_steps"} <= {f.name for f in fields(TrainingArguments)}
        and "packing" not in {f.name for f in fields(TrainingArguments)}
    ),
    "peft_config is an argument of SFTTrainer and not of Trainer": lambda: (
        "peft_config" in inspect.signature(SFTTrainer.__init__).parameters
        and "peft_config" not in inspect.signature(Trainer.__init__).parameters
    ),
    "a Trainer given messages raises ValueError in train()": lambda: raises(
        ValueError,
        Trainer(
            model=base(),
            args=TrainingArguments(SCRATCH.name, use_cpu=True, report_to="none"),
            train_dataset=pairs(),
            processing_class=tokenizer(),
        ).train,
    ),
    "prompt/completion: only the completion (with the template's end and new line) is trained": lambda: (
        learnt(sft()) == "It is at 0.<|im_end|>\n"
    ),
    "messages: every token is trained": lambda: (
        learnt(sft(messages())) == tokenizer().apply_chat_template(messages()[0]["messages"], tokenize=False)
    ),
    "messages: completion_only_loss=True changes nothing": lambda: (
        learnt(sft(messages(), completion_only_loss=True)) == learnt(sft(messages()))
    ),
    "messages: completion_only_loss=True warns nothing": lambda: (lambda w: not w)(
        warned(lambda: sft(messages(), completion_only_loss=True))
    ),
    "messages: assistant_only_loss=True trains the answers, as the base's template marks them": lambda: (
        learnt(sft(messages(), assistant_only_loss=True)) == "It is at 0.<|im_end|>"
    ),
    "messages: assistant_only_loss=True with a template without marks, unknown to trl, is a ValueError": lambda: raises(
        ValueError, lambda: sft(messages(), tokens=with_template(PLAIN), assistant_only_loss=True)
    ),
    "a tokenizer without a template raises ValueError": lambda: raises(
        ValueError, lambda: with_template(None).apply_chat_template(messages()[0]["messages"])
    ),
    "sanitize_control_tokens=True keeps a marker that somebody types plain text": lambda: (
        [typed_markers(sanitize_control_tokens=on) for on in (False, True)] == [3, 2]
    ),
    "quantization_config is an argument of SFTTrainer, for a model's name": lambda: (
        "quantization_config" in inspect.signature(SFTTrainer.__init__).parameters
    ),
    "conversations of from and value become messages; human and gpt stay": lambda: (
        learnt(sft(conversations())) == "<|im_start|>human\nHi.<|im_end|>\n<|im_start|>gpt\nHo.<|im_end|>\n"
    ),
    "to plain text it adds the end token": lambda: (
        tokenizer()
        .decode(sft(Dataset.from_list([{"text": "Hello."}] * 2)).train_dataset[0]["input_ids"])
        .endswith(tokenizer().eos_token)
    ),
    "the prompt's labels are -100": lambda: sft().train_dataset[0]["labels"][0] == -100,
    "packing makes fewer rows": lambda: (
        len(sft(packing=True, packing_strategy="wrapped", max_length=64).train_dataset) < len(pairs())
    ),
    "no head is added": lambda: (
        type(sft().model).__name__ == "LlamaForCausalLM"
        and {n for n, _ in sft().model.named_parameters()} == {n for n, _ in base().named_parameters()}
    ),
    "default learning rate 2e-5": lambda: config(learning_rate=SFTConfig.learning_rate).learning_rate == 2e-5,
    "max_length cuts off the end": lambda: (
        not learnt(sft(max_length=len(sft().train_dataset[0]["input_ids"]) - 3)).count("<|im_end|>")
    ),
    "a row with no answer left is dropped, down to an empty data set": lambda: (
        len(sft(max_length=4).train_dataset) == 0
    ),
    "bare SFTConfig() raises ValueError without a GPU": lambda: (
        torch.cuda.is_available() or raises(ValueError, SFTConfig)
    ),
    "use_cpu=True, bf16=False works": lambda: config().use_cpu and not config().bf16,
    "bf16 is on by default": lambda: SFTConfig("x", use_cpu=True).bf16,
    "SFTConfig turns checkpointing on by default, by its old name, which warns": lambda: (
        SFTConfig("x", use_cpu=True, bf16=False).activation_checkpointing
        and "FutureWarning" in warned(lambda: SFTConfig("x", use_cpu=True, bf16=False))
    ),
    "activation_checkpointing=False: no warning": lambda: (
        not warned(lambda: SFTConfig("x", use_cpu=True, bf16=False, activation_checkpointing=False))
    ),
    "max_seq_length is gone": lambda: raises(TypeError, lambda: config(max_seq_length=5)),
    "evaluation_strategy is gone, eval_strategy is there": lambda: (
        raises(TypeError, lambda: config(evaluation_strategy="no")) and config(eval_strategy="no")
    ),
    "warmup_ratio is gone; warmup_steps below 1 is a share": lambda: (
        raises(TypeError, lambda: config(warmup_ratio=0.1)) and config(warmup_steps=0.1).get_warmup_steps(100) == 10
    ),
    "tokenizer= is gone, processing_class is there": lambda: (
        raises(TypeError, lambda: SFTTrainer(model=base(), args=config(), train_dataset=pairs(), tokenizer=tokenizer()))
        and sft().processing_class is tokenizer()
    ),
    "DataCollatorForCompletionOnlyLM and setup_chat_format are gone": lambda: (
        not hasattr(trl, "DataCollatorForCompletionOnlyLM") and not hasattr(trl, "setup_chat_format")
    ),
    "chat_template_path is there": lambda: "chat_template_path" in {f.name for f in fields(SFTConfig)},
    "torch_dtype still works, dtype is the name": lambda: (
        AutoModelForCausalLM.from_pretrained(BASE, torch_dtype=torch.float32).dtype == torch.float32 == base().dtype
    ),
    "without dtype the base comes in the file's 16 bits": lambda: (
        AutoModelForCausalLM.from_pretrained(BASE).dtype == torch.bfloat16
    ),
    "decoding -100 fails": lambda: raises(OverflowError, lambda: tokenizer().decode([-100])),
    "the first batch is the same each time": lambda: torch.equal(
        next(iter(untrained().get_train_dataloader()))["labels"],
        next(iter(untrained().get_train_dataloader()))["labels"],
    ),
    '"all-linear" is every linear layer but the head': lambda: (
        adapted_layers(target_modules="all-linear")
        == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
    ),
    '["all-linear"] raises a ValueError': lambda: raises(
        ValueError, lambda: adapted_layers(target_modules=["all-linear"])
    ),
    "the default is q and v for a Llama": lambda: adapted_layers() == {"q_proj", "v_proj"},
    "scaling is alpha / r: r 64, alpha 16 gives a quarter": lambda: (
        {
            m.scaling["default"]
            for m in get_peft_model(base(), LoraConfig(r=64, lora_alpha=16)).modules()
            if isinstance(getattr(m, "scaling", None), dict)
        }
        == {0.25}
    ),
    "B is zero at first: the model is exactly the base": lambda: torch.equal(trained().start, logits(base())),
    "tied weights: parameters() once, state_dict() twice": lambda: (
        lambda m: (
            sum(p.numel() for p in m.parameters()) + m.lm_head.weight.numel()
            == sum(v.numel() for v in m.state_dict().values())
        )
    )(base()),
    "peft_config: only LoRA parameters may move": lambda: all(
        ("lora_" in n) == p.requires_grad for n, p in trained().trainer.model.named_parameters()
    ),
    "PeftModel plus peft_config raises ValueError": lambda: raises(
        ValueError, lambda: sft(model=get_peft_model(base(), LORA), peft=LORA)
    ),
    "after training the base is bit-equal": lambda: all(
        torch.equal(p, base().state_dict()[n.removeprefix("base_model.model.").replace(".base_layer", "")])
        for n, p in trained().trainer.model.named_parameters()
        if "lora_" not in n
    ),
    "disable_adapter() gives the base": lambda: switched_off(),
    "the adapter's folder: adapter files, no config.json, no base weights": lambda: (
        lambda s: (
            {"adapter_model.safetensors", "adapter_config.json"} <= s and not {"config.json", "model.safetensors"} & s
        )
    )({p.name for p in Path(trained().folder).iterdir()}),
    "an adapter's folder loads as a model by the path to its base that is noted in it": lambda: torch.allclose(
        logits(AutoModelForCausalLM.from_pretrained(trained().folder, dtype=torch.float32)), trained().logits, atol=1e-4
    ),
    "and raises an OSError where that path leads nowhere": lambda: raises(
        OSError, lambda: AutoModelForCausalLM.from_pretrained(of_a_base_that_is_gone())
    ),
    "at rank 16 the adapter is 0.9 MB, and the base 7": lambda: (
        round((trained().folder / "adapter_model.safetensors").stat().st_size / 1e6, 1) == 0.9
        and round(sum(p.numel() for p in base().parameters()) * 4 / 1e6) == 7
    ),
    "base + adapter folder = the trained model": lambda: torch.equal(
        logits(PeftModel.from_pretrained(base(), trained().folder)), trained().logits
    ),
    "merge_and_unload returns the plain model with the adapter's logits": lambda: (
        lambda m: type(m).__name__ == "LlamaForCausalLM" and torch.allclose(logits(m), trained().logits, atol=1e-4)
    )(PeftModel.from_pretrained(base(), trained().folder).merge_and_unload()),
    "the merged model is as large as the base": lambda: (
        sum(p.numel() for p in PeftModel.from_pretrained(base(), trained().folder).merge_and_unload().parameters())
        == sum(p.numel() for p in base().parameters())
    ),
    "adapter weights are 32-bit also on a 16-bit base": lambda: (
        {p.dtype for n, p in get_peft_model(base(dtype=torch.bfloat16), LORA).named_parameters() if "lora_" in n}
        == {torch.float32}
    ),
    "rank 16 on all linear layers of Llama 2 7B is 40 million, of 6.74 billion": lambda: (
        said(r"(\d+) million, ([\d.]+) %, is rank 16 on all linear layers of Llama 2 7B")
        == [(f"{RANK_16 / 1e6:.0f}", f"{100 * RANK_16 / 6.74e9:.1f}")]
    ),
    "memory table": lambda: (
        [float(stated) for *_, stated in memory_rows()]
        == [round(frozen * 7 + trained * 16) for frozen, trained, _ in memory_rows()]
        and len(memory_rows()) == 3
    ),
    "0.52 bytes: 4 bits and 0.127 bits of scales": lambda: (
        said(r"\*([\d.]+) bytes\*: 4 bits and their scales") == [f"{(4 + 0.127) / 8:.2f}"]
    ),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_it_is_as_the_lesson_says(claim: str) -> None:
    assert CLAIMS[claim]()


def test_visible_check_of_merge_sees_what_answers_differently(monkeypatch: pytest.MonkeyPatch) -> None:
    """SFTTrainer gives a model a ``forward`` that a copy of the model shares with it: that answers as the original."""
    monkeypatch.chdir(BASE.parent)
    release = nbformat.read(ROOT / "release" / "fine-tuning" / "lora.ipynb", as_version=4)
    cells = {cell.id: cell.source for cell in release.cells}
    lesson: dict[str, Any] = {}
    exec(cells["setup"], lesson)
    tuned = sft(model=base(), peft=LORA).model
    with torch.no_grad():
        for name, parameter in tuned.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.1)

    def zeroed(model: Any) -> Any:
        merged = model.merge_and_unload()
        with torch.no_grad():
            merged.lm_head.weight.zero_()
        return merged

    lesson |= {"tuned": tuned, "merge": lambda model: model.merge_and_unload()}
    exec(cells["merge-checks"], lesson)
    for wrong in (lambda model: model.unload(), zeroed):
        lesson["merge"] = wrong
        with pytest.raises(AssertionError, match="answers differently"):
            lesson["check_merge"]()
