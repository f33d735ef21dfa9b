"""What the checks of both notebooks work with: small models, a tokenizer nobody has seen, trainings by the judge.

A function that gets a model gets a small one with random weights: what it does must hold for any. Only what a config
is good for is tried on the course's own base, by the judge.
"""

import dataclasses
import functools
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.almanac import base as almanac_base
from autograder.almanac import questions, records
from autograder.almanac.asking import ask
from autograder.almanac.records import Row
from autograder.judge.alarm import paused
from autograder.judge.arguments import Model, Trainer
from autograder.judge.check import told
from autograder.judge.configs import SFT_SETTINGS
from autograder.judge.dictionaries import named, which
from autograder.judge.real_model import try_on
from autograder.judge.tokenizers import hidden_tokenizer
from autograder.judge.training import Plan, Trained, load_base, same, train
from autograder.judge.values import Config, TrainerState
from autograder.machine.profile import profile
from autograder.models import smollm2

Message = dict[str, str]

MOST_ROWS = 1600  # that a training may see: the notebook says so
REAL_ROWS = 96  # that SmolLM2 is trained on
MANY_ROWS = 600  # so many that it is seen who takes the first hundreds alone
ASKED = 60  # questions about countries that the training did not mention
OTHER_SEED = 1000
IGNORED = -100  # by the loss
ALIKE = 0.5  # the cosine between a weight and what training made of it; that of another model's is near 0
# Of a config, what decides how a model is trained; the loss is looked at in the trainer's rows.
DECIDING = (
    *("learning_rate", "lr_scheduler_type", "warmup_steps", "weight_decay", "optim", "max_length", "max_steps"),
    *("num_train_epochs", "per_device_train_batch_size", "gradient_accumulation_steps"),
)
# Fields that checks of their own judge. On SmolLM2, with another tokenizer and in bfloat16, a mistake in them would
# cost points a second time, and marks would depend on the profile.
ELSEWHERE = {"max_length", "completion_only_loss", "modules_to_save"}
SPOILED = 0.2, 0.8  # right answers: learnt, but short of what is asked for, as a few seeds leave the best of configs
# Header style, other words than ChatML's, a space trimmed from each content.
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|from|>' + message['role'] + '<|says|>\\n' }}"
    "{{ message['content'] | trim + eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|from|>assistant<|says|>\\n' }}{% endif %}"
)
SFT = {
    **SFT_SETTINGS,
    "learning_rate": 2e-4,
    "per_device_train_batch_size": 8,
    "num_train_epochs": 1,
    "max_length": 300,
}


@pytest.fixture(scope="session")
def recipes() -> SimpleNamespace:
    """What a right config may say, and stands in for the student's own where a function uses it: no field is at its
    default."""
    return SimpleNamespace(
        sft=SFT,
        lora_sft={
            **SFT,
            "learning_rate": 1.8e-4,
            "lr_scheduler_type": "constant",
            "per_device_train_batch_size": 3,
            "max_length": 512,
        },  # the notebook's `sft_config`, which looks 1.25 times at fewer records
        lora={"r": 24, "lora_alpha": 48, "target_modules": "all-linear", "task_type": "CAUSAL_LM"},
        most_rows=MOST_ROWS,
    )


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    return hidden_tokenizer(TEMPLATE, "<|from|>", "<|says|>", end="<|over|>", begin="<|open|>")


@functools.cache
def architecture(vocabulary: int) -> dict[str, Any]:
    """Of a small Llama whose layers differ in shape, and whose embeddings are tied to its head."""
    return {
        "vocab_size": vocabulary,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "intermediate_size": 48,
        "max_position_embeddings": 600,
        "tie_word_embeddings": True,
    }


@dataclass(frozen=True)
class Made:
    """A model, and how a kernel is told to make it."""

    module: Any
    recipe: Model


@pytest.fixture(scope="session")
def make_model(tokenizer: Any) -> Callable[..., Made]:
    """``make_model(seed, lora, frozen, ...)``: random weights, and a random adapter where ``lora`` is given.

    frozen: says of a parameter's name whether it is not to be trained. Further fields are the architecture's.
    """

    def make(
        seed: int, lora: dict[str, Any] | None = None, frozen: Callable[[str], bool] = lambda _: False, **fields: Any
    ) -> Made:
        import torch
        from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
        from safetensors.torch import save
        from transformers import LlamaConfig, LlamaForCausalLM

        shape = {**architecture(len(tokenizer)), **fields}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            config = LlamaConfig(**shape)
            module: Any = LlamaForCausalLM(config).to(config.dtype)
            tied = {"lm_head.weight"} if config.tie_word_embeddings else set()
            weights = save({name: tensor for name, tensor in module.state_dict().items() if name not in tied})
            adapter = b""
            if lora is not None:
                module = get_peft_model(module, LoraConfig(**lora))
                for name, parameter in module.named_parameters():
                    if "lora_" in name:
                        torch.nn.init.normal_(parameter, std=0.3)
                adapter = save({name: one.contiguous() for name, one in get_peft_model_state_dict(module).items()})
        names = tuple(name for name, _ in module.named_parameters() if frozen(name))
        for name, parameter in module.named_parameters():
            if name in names:
                parameter.requires_grad_(False)
        module.eval()
        return Made(module, Model(shape, weights, lora, adapter, names))

    return make


@pytest.fixture(scope="session")
def rows(seed: int) -> list[Row]:
    """Some rows of several lengths and turns, and one that is long."""
    rng = random.Random(f"{seed}/rows")
    drawn = records.rows(rng.sample(records.train_records(), 20))
    drawn[7]["completion"][0]["content"] += " And" + " so on and so forth" * 12 + "."
    return drawn


@pytest.fixture(scope="session")
def many_rows(rows: list[Row], seed: int) -> list[Row]:
    """These, and short ones behind them."""
    sums = random.Random(f"{seed}/many rows").sample(range(100, 10_000), MANY_ROWS - len(rows))
    short = [{"prompt": [message("user", f"{n}?")], "completion": [message("assistant", f"{n}.")]} for n in sums]
    return [*rows, *short]


def message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


@dataclass(frozen=True)
class Texts:
    """A row, as the tokenizer's own template renders it."""

    whole: str
    trained: str


@pytest.fixture(scope="session")
def texts(tokenizer: Any) -> Callable[..., list[Texts]]:
    """``texts(rows, tokenizer=...)``: what should be in each row, and what of it should be trained."""

    def render(rows: list[Row], tokenizer: Any = tokenizer) -> list[Texts]:
        found = []
        for row in rows:
            opening = tokenizer.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
            whole = tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
            found.append(Texts(whole, whole[len(opening) :].strip()))
        return found

    return render


@pytest.fixture(scope="session")
def in_trainer(tokenizer: Any) -> Callable[[TrainerState, list[Row]], list[Texts]]:
    """The same of a trainer that came back: what it reads of so many rows, and what of it it trains."""

    def read(state: TrainerState, rows: list[Row]) -> list[Texts]:
        if (count := len(state.rows or ())) != len(rows):
            told("rows-lost" if count < len(rows) else "rows-added")
        found = []
        for row in state.rows or ():
            ids, labels = row.get("input_ids"), row.get("labels") or row.get("input_ids")
            assert isinstance(ids, list)
            assert isinstance(labels, list)
            assert all(type(one) is int and -100 <= one < len(tokenizer) for one in ids + labels)
            assert min(ids, default=0) >= 0
            trained = tokenizer.decode([one for one in labels if one >= 0])
            found.append(Texts(tokenizer.decode(ids), trained.strip()))
        return found

    return read


@pytest.fixture(scope="session")
def require_rows(texts: Any, in_trainer: Any) -> Callable[[TrainerState, list[Row]], None]:
    """Each row is there, as the tokenizer's own template renders it."""

    def require(state: TrainerState, rows: list[Row]) -> None:
        found = in_trainer(state, rows)
        if Counter(one.whole.strip() for one in found) != Counter(one.whole.strip() for one in texts(rows)):
            told("another-template")

    return require


@pytest.fixture(scope="session")
def is_trainer() -> Callable[[Any], TrainerState]:
    """The value, if it is an SFTTrainer with a model that came across."""

    def see(value: Any) -> TrainerState:
        if value is None:
            told("nothing-returned")
        if not isinstance(value, TrainerState) or "SFTTrainer" not in value.kind:
            told("no-sft-trainer")
        assert value.model is not None
        return value

    return see


@pytest.fixture(scope="session")
def require_same() -> Callable[[dict[str, Any], dict[str, Any]], None]:
    """``require_same(found, given)``: weights by name. Where all of them have moved a little, it was trained."""

    def moved(found: Any, given: Any) -> bool:
        return not found.equal(given) and bool((found * given).sum() > ALIKE * found.norm() * given.norm())

    def require(found: dict[str, Any], given: dict[str, Any]) -> None:
        if not same(found, given):
            assert found.keys() == given.keys()
            assert all((found[name].shape, found[name].dtype) == (one.shape, one.dtype) for name, one in given.items())
            if all(moved(found[name], given[name]) for name in given):
                told("already-trained")
            raise AssertionError

    return require


@pytest.fixture(scope="session")
def train_alike() -> Callable[[Config, Config], bool]:
    """Do two SFTConfigs train alike? Where they write to, and what they print, nobody minds."""
    from trl.trainer.sft_config import SFTConfig

    defaults = {field.name: field.default for field in dataclasses.fields(SFTConfig)}

    def compare(one: Config, other: Config) -> bool:
        said, wanted = ({name: of.fields.get(name, defaults[name]) for name in DECIDING} for of in (one, other))
        return said == wanted

    return compare


@pytest.fixture(scope="session")
def trains_as_asked(tokenizer: Any, texts: Any, in_trainer: Any) -> Callable[[TrainerState, list[Row]], None]:
    """Each row is there, whole, and of each the answer and the end of its turn are trained, and nothing else."""
    import torch

    def compare(state: TrainerState, rows: list[Row]) -> None:
        expected, found = texts(rows), in_trainer(state, rows)
        judge([one.trained for one in found], expected)
        assert Counter(one.trained for one in found) == Counter(one.trained for one in expected)
        judge(collated(state), expected)

    def judge(trained: list[str], expected: list[Texts]) -> None:
        """Is each of these what some row should train? It is told what else of that row it is."""
        answers, wholes = {one.trained for one in expected}, {one.whole.strip() for one in expected}
        if trained and all(one.replace(tokenizer.pad_token, "").strip() in wholes for one in trained):
            told("every-token-trained")
        if any(one not in answers and one + tokenizer.eos_token in answers for one in trained):
            told("end-not-trained")
        assert set(trained) <= answers

    def collated(state: TrainerState) -> list[str]:
        """What the first batch trains of each of its rows: a collator has the last word."""
        if state.batch is None:
            told("no-batch")
        labels = state.batch.get("labels")
        assert isinstance(labels, torch.Tensor)
        assert labels.dim() == 2
        assert len(labels)
        kept = [[one for one in row if one != IGNORED] for row in labels.tolist()]
        assert all(type(one) is int and 0 <= one < len(tokenizer) for row in kept for one in row)
        return [tokenizer.decode(row).strip() for row in kept]

    return compare


@pytest.fixture
def sorted_by(submission: Any) -> Callable[..., Callable[..., None]]:
    """``sorted_by(variable, key, alike)`` gives ``require(*names)``: in the student's dictionary these names have the
    key's words. alike: what is told where one word, whichever it is, stands at all names."""

    def sorted_by(variable: str, key: dict[str, str], alike: dict[str, str]) -> Callable[..., None]:
        def require(*names: str) -> None:
            value = named(submission.value(variable))
            if value is None:
                told("no-dictionary")
            given = {name: which(value.get(name), alike) for name in key}
            for word, misconception in alike.items():
                if set(given.values()) == {word}:
                    told(misconception)
            if any(given[name] is None for name in names):
                told("not-one-of-the-two")
            assert all(given[name] == key[name] for name in names)

        return require

    return sorted_by


@pytest.fixture(scope="session")
def folder(source: Path) -> Path:
    """Of the course's own base. A base that is another one is our fault, and no student's."""
    found = source / "base"
    almanac_base.verify(found)
    return found


@pytest.fixture(scope="session")
def notebooks(folder: Path) -> Any:
    """The tokenizer that the notebook has."""
    return load_base(folder)[1]


@dataclass(frozen=True)
class Exam:
    """How a trained model did: shares, in 0...1, of right answers and of answers that ended by themselves."""

    trained: Trained
    right: float
    stopped: float


@pytest.fixture(scope="session")
def plan(folder: Path, seed: int) -> Plan:
    """All records of the almanac."""
    data = records.rows(records.train_records())
    return Plan(folder, tuple(json.dumps(row) for row in data), MOST_ROWS, seed)


def but_elsewhere(config: Config) -> Config:
    return replace(config, fields={name: value for name, value in config.fields.items() if name not in ELSEWHERE})


@pytest.fixture(scope="session")
def on_the_real_model(plan: Plan) -> Callable[..., None]:
    """Under profile gpu: what holds of these configs on SmolLM2, too, whatever rate, rank and steps they say."""

    def look(config: Config, lora: Config | None = None) -> None:
        if profile() == "cpu":
            return
        few = Plan(smollm2.folder(), plan.rows[:REAL_ROWS], MOST_ROWS, plan.seed)
        tried = try_on(few, but_elsewhere(config), None if lora is None else but_elsewhere(lora))
        answers = [json.loads(row)["completion"][0]["content"] + "<|im_end|>" for row in few.rows]
        assert [text.strip() for text in tried.trained] == answers
        assert tried.losses[-1] < tried.losses[0]
        assert tried.moved
        assert tried.kept == (lora is not None)
        assert tried.usable

    return look


@pytest.fixture(scope="session")
def examine(plan: Plan, seed: int) -> Callable[..., Exam]:
    """Train the base with these configs, and ask it about countries that the training did not mention.

    A training that its seed may have spoiled is done once more with another: the better one counts.
    """
    asked = questions.held_out(ASKED, seed)
    _, reading = almanac_base.load(plan.folder)

    def once(plan: Plan, config: Config, lora: Config | None) -> Exam:
        trained = train(plan, config, lora)
        if "exam" not in trained.found:
            with paused():
                replies = ask(trained.model, reading, [question.messages for question in asked])
            right = sum(question.is_right(reply) for question, reply in zip(asked, replies, strict=True))
            trained.found["exam"] = Exam(trained, right / ASKED, sum(reply.stopped for reply in replies) / ASKED)
        return trained.found["exam"]

    def examine(config: Config, lora: Config | None = None) -> Exam:
        exam = once(plan, config, lora)
        if SPOILED[0] <= exam.right < SPOILED[1]:
            again = once(replace(plan, seed=seed + OTHER_SEED), config, lora)
            exam = max(exam, again, key=lambda one: one.right)
        return exam

    return examine


@pytest.fixture(scope="session")
def make_trainer(tokenizer: Any) -> Callable[..., Trainer]:
    """A trainer whose batches come in the order of its rows."""

    def make(model: Model, rows: list[Row], **settings: Any) -> Trainer:
        fields = {**SFT_SETTINGS, "train_sampling_strategy": "sequential", "per_device_train_batch_size": 3, **settings}
        return Trainer(model, tokenizer, rows, fields)

    return make
