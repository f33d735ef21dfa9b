"""The hidden checks of ``make_lora_config``: the judge adapts models with it, and trains one."""

from dataclasses import replace

import pytest

from autograder.judge.check import check, told
from autograder.judge.configs import rebuild
from autograder.judge.submission import in_time
from autograder.judge.training import load_base
from autograder.judge.values import Config

RAISES = {"TypeError": "arguments-do-not-fit", "ValueError": "no-lora-config", "Oversized": "no-lora-config"}
RIGHT = 0.8
HIDES = 0.3  # from this dropout on, it is the first to look at
STRONG = 12  # twice the rank with rsLoRA, which divides by its root: 11.3 at rank 32
LOWEST = 4  # rank; the notebook's usual ones go from 8
TIMES = 4  # so many times the rank may alpha be; the notebook says once or twice
SLOW = 8  # with alpha 4 the loss is at 2.2 after 90 steps, with 8 at 1.1, with 16 at 0.4, whatever the rank
LINEAR = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


@pytest.fixture(scope="module")
def returned(submission):
    value = submission.call("make_lora_config")
    if value is None:
        told("nothing-returned")
    if not isinstance(value, Config) or value.kind != "LoraConfig":
        told("no-lora-config")
    return value


@pytest.fixture(scope="module")
def config(returned):
    """As it came back, but for its task, which has a check of its own."""
    return replace(returned, fields={name: one for name, one in returned.fields.items() if name != "task_type"})


@pytest.fixture(scope="module")
def adapted(config, folder):
    """The course's base with such an adapter."""
    from peft import get_peft_model

    model, _ = load_base(folder)
    try:
        with in_time():  # a pattern may match for ever
            return get_peft_model(model, rebuild(config))
    except (ValueError, TypeError) as error:
        if "not supported" in str(error):
            told("targets-not-linear")
        told("targets-not-found" if "arget" in str(error) else "no-lora-config")


@check("Each linear layer inside the model gets an adapter", points=2, misconception="attention-alone", raises=RAISES)
def test_targets(adapted, config):
    wanted = config.fields.get("target_modules")
    names = [f".{name}" for name, _ in adapted.named_modules()]
    if isinstance(wanted, list | tuple) and not all(any(name.endswith(f".{one}") for name in names) for one in wanted):
        told("targets-partly-unknown")
    if any(".lora_embedding_" in name for name, _ in adapted.named_parameters()):
        told("targets-not-linear")
    assert layers_of(adapted) >= LINEAR
    ends = tuple(f".{one}.lora_A.default" for one in LINEAR)
    assert sum(name.endswith(ends) for name in names) == len(LINEAR) * adapted.config.num_hidden_layers


def layers_of(adapted):
    """Names of the layers that have an adapter."""
    return {name.split(".")[-3] for name, _ in adapted.named_modules() if name.endswith(".lora_A.default")}


@pytest.fixture(scope="module")
def adapted_with_biases(config):
    """A small model whose layers have biases, which the course's base has not, with such an adapter."""
    from peft import get_peft_model
    from transformers import LlamaConfig, LlamaForCausalLM

    small = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4, "num_attention_heads": 2}
    module = LlamaForCausalLM(LlamaConfig(vocab_size=32, attention_bias=True, mlp_bias=True, **small))
    with in_time():
        return get_peft_model(module, rebuild(config))


@check("The adapter is trained, and nothing beside it", points=1, misconception="more-than-the-adapter", raises=RAISES)
def test_adapter_is_trained(returned, adapted, adapted_with_biases):
    if returned.fields.get("task_type") not in (None, "CAUSAL_LM"):
        told("another-task")
    for module in (adapted, adapted_with_biases):
        trained = [name for name, parameter in module.named_parameters() if parameter.requires_grad]
        if not trained:
            told("adapter-frozen")
        assert all(".lora_" in name for name in trained)


@check(
    "Its rank is not far from the usual ones, and each adapter is smaller than the layer beside it",
    points=1,
    misconception="rank-too-high",
    raises=RAISES,
)
def test_rank(adapted):
    if min(layer.r["default"] for layer in adapted_layers(adapted)) < LOWEST:
        told("rank-too-low")
    parameters = dict(adapted.named_parameters())
    for name, beside in parameters.items():
        if name.endswith(".base_layer.weight"):
            stem = name.removesuffix("base_layer.weight")
            assert (
                sum(one.numel() for other, one in parameters.items() if other.startswith(f"{stem}lora_"))
                < beside.numel()
            )


def strongest(adapted):
    """The largest factor with which a layer's adapter is added."""
    return max(layer.scaling["default"] for layer in adapted_layers(adapted))


def adapted_layers(adapted):
    return [layer for layer in adapted.modules() if isinstance(getattr(layer, "scaling", None), dict)]


@check(
    "Its alpha lets it learn at a usual pace",
    points=1,
    misconception="pull-too-weak",
    raises=RAISES,
)
def test_scaling(adapted):
    if strongest(adapted) > STRONG:
        told("pull-too-strong")
    layers = [layer for layer in adapted_layers(adapted) if layer.r["default"] >= LOWEST]  # others cost another check
    if any(layer.lora_alpha["default"] > TIMES * layer.r["default"] for layer in layers):
        told("alpha-far-above-the-rank")
    assert not too_weak(layers)


def too_weak(layers):
    """Each of the rank's directions adds its part: of one pace are rank 64 and rank 16, both with alpha 16."""
    return any(layer.scaling["default"] * layer.r["default"] < SLOW for layer in layers)


@check(
    "With it the base becomes an assistant that stops",
    points=2,
    misconception="adapter-learns-too-little",
    raises=RAISES,
)
def test_base_becomes_an_assistant(config, adapted, examine, recipes, on_the_real_model):
    if any(".lora_B." in name and bool(one.any()) for name, one in adapted.named_parameters()):
        told("starts-at-random")
    if any(name.endswith("lm_head.lora_A.default") for name, _ in adapted.named_modules()):
        told("head-adapted")
    training = Config("SFTConfig", recipes.lora_sft)
    exam = examine(training, config)
    if exam.trained.diverged and strongest(adapted) > 1:
        told("pull-too-strong")
    if min(exam.right, exam.stopped) < RIGHT and config.fields.get("lora_dropout", 0) < HIDES:
        if too_weak(adapted_layers(adapted)):
            told("pull-too-weak")
        if not layers_of(adapted) >= LINEAR:
            told("attention-alone")
    assert exam.right >= RIGHT
    assert exam.stopped >= RIGHT
    on_the_real_model(training, config)
