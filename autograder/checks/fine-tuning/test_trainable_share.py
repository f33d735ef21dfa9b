"""The hidden checks of ``trainable_share``: counted on models of several kinds."""

import pytest

from autograder.judge.check import check, told

RAISES = {"AttributeError": "adapted-models-alone"}
EXACT, ALMOST = 1e-5, 2e-3  # of the right share


def share(module):
    parameters = list(module.parameters())
    return sum(one.numel() for one in parameters if one.requires_grad) / sum(one.numel() for one in parameters)


@pytest.fixture
def compare(submission, make_model):
    """Call the function for such a model, and name the share that came back in place of the right one."""

    def call(seed, **how):
        made = make_model(seed, **how)
        value = submission.call("trainable_share", made.recipe)
        if value is None:
            told("nothing-returned")
        if not isinstance(value, int | float) or isinstance(value, bool):
            told("no-number")
        wanted = share(made.module)
        if close(value, wanted):
            return
        parameters = list(made.module.parameters())
        moving = [one for one in parameters if one.requires_grad]
        rest = sum(one.numel() for one in parameters if not one.requires_grad)
        listed = sum(one.numel() for one in made.module.state_dict().values())
        if close(value, 100 * wanted):
            told("percent")
        if moving and close(value, sum(one.numel() for one in moving) / listed):
            told("tied-weights-twice")
        if close(value, len(moving) / len(parameters)):
            told("tensors-counted")
        if rest and close(value, sum(one.numel() for one in moving) / rest):
            told("compared-with-the-rest")
        if 0 < wanted < 1 and close(value, 1 - wanted):
            told("frozen-share")
        if close(value, sum(one.nbytes for one in moving) / sum(one.nbytes for one in parameters)):
            told("bytes-counted")
        adapter = sum(one.numel() for name, one in made.module.named_parameters() if ".lora_" in name)
        if adapter and close(value, adapter / sum(one.numel() for one in parameters)):
            told("known-by-name")
        if close(value, wanted, ALMOST):
            told("not-exact")
        raise AssertionError

    return call


def close(value, wanted, within=EXACT):
    return abs(value) <= 1000 and value == pytest.approx(wanted, rel=within, abs=1e-9)


@check("A model with an adapter: the adapter's share", points=2, misconception="share-is-another", raises=RAISES)
def test_adapter(compare, recipes):
    compare(31, lora=recipes.lora, attention_bias=True)
    compare(32, lora={"r": 2, "target_modules": ["q_proj", "v_proj"]}, dtype="bfloat16")  # peft's own has 32 bits


@check("A model in which every weight can move", points=1, misconception="share-is-another", raises=RAISES)
def test_all(compare):
    compare(33)


@check(
    "A model whose embeddings are frozen, and one whose head is its own",
    points=1,
    misconception="share-is-another",
    raises=RAISES,
)
def test_embeddings_frozen(compare):
    compare(34, frozen=lambda name: "embed" in name, mlp_bias=True)
    compare(37, frozen=lambda name: "embed" in name, tie_word_embeddings=False)


@check(
    "A model in which nothing can move, and one whose adapter is half frozen",
    points=1,
    misconception="share-is-another",
    raises=RAISES,
)
def test_nothing(compare, recipes):
    compare(35, frozen=lambda _: True)
    compare(36, lora=recipes.lora, frozen=lambda name: ".lora_" not in name or ".lora_A." in name)
