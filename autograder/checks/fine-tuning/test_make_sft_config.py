"""The hidden checks of ``make_sft_config``: the judge trains the course's base with what comes back."""

import copy
import tempfile
from collections import Counter

import pytest

from autograder.judge.check import check, told
from autograder.judge.configs import rebuild
from autograder.judge.training import build, load_base, rows_seen
from autograder.judge.values import Config, Opaque

RAISES = {
    "ValueError": "bf16-on-a-cpu",
    "TypeError": "name-of-an-old-release",
    "ImportError": "name-of-an-old-release",
}
RIGHT, STOPPED = 0.6, 0.9  # the reference reaches 1.0 with every seed; a rate five times as large 0.4
FEW_ROWS = 400  # half of the records
FEW_STEPS = 80  # the notebook asks for about 100
ROOM = 512  # tokens in a row, that the notebook says to leave room for
RATES = 1e-4, 5e-4  # that the notebook recommends


@pytest.fixture(scope="module")
def make(submission):
    """Call the function; what comes back is an SFTConfig, or it is told what it is."""

    def call(output_dir):
        value = submission.call("make_sft_config", output_dir)
        if value is None:
            told("nothing-returned")
        if isinstance(value, Opaque) and value.type_name == "TrainingArguments":
            told("training-arguments")
        if not isinstance(value, Config) or value.kind != "SFTConfig":
            told("no-sft-config")
        return value

    return call


@pytest.fixture(scope="module")
def config(make):
    return make("runs/of-the-judge")


@pytest.fixture(scope="module")
def args(config):
    """The real config, made again."""
    with tempfile.TemporaryDirectory() as folder:
        yield rebuild(config, output_dir=folder)


@pytest.fixture(scope="module")
def base(folder):
    """The model that the config is for, and its tokenizer."""
    return load_base(folder)


@pytest.fixture(scope="module")
def long_rows(rows, base, texts):
    """One of them nearly fills what the notebook asks to leave room for."""
    _, tokenizer = base
    longest = copy.deepcopy(rows[0])
    while len(tokenizer(texts([longest], tokenizer)[0].whole)["input_ids"]) < ROOM - 10:
        longest["completion"][0]["content"] += " and so on"
    return [*rows, longest]


@pytest.fixture(scope="module")
def state(args, base, long_rows):
    """The judge's own trainer, which uses it."""
    model, tokenizer = base
    return build(model, tokenizer, long_rows, args)


@check("It writes where it is told to", points=1, misconception="output-dir-ignored", raises=RAISES)
def test_output_dir(make):
    for name in ("here", "runs/there"):
        assert make(name).fields.get("output_dir") == name


@check("A long row is kept whole", points=2, misconception="max-length-too-small", raises=RAISES)
def test_rows_are_whole(state, texts, long_rows):
    tokenizer = state.processing_class
    found = [tokenizer.decode(row["input_ids"]).strip() for row in state.train_dataset]
    expected = [one.whole.strip() for one in texts(long_rows, tokenizer)]
    if state.args.packing:
        assert "".join(found).count(tokenizer.eos_token) == "".join(expected).count(tokenizer.eos_token)
    else:
        assert Counter(found) == Counter(expected)


@check("The answers are trained, not the questions", points=1, misconception="every-token-trained", raises=RAISES)
def test_answers_are_trained(state, texts, long_rows):
    tokenizer = state.processing_class
    trained = sum(label >= 0 for row in state.train_dataset for label in row["labels"])
    expected = texts(long_rows, tokenizer)
    answers = sum(len(tokenizer(one.trained, add_special_tokens=False)["input_ids"]) for one in expected)
    if not trained:
        told("max-length-too-small")
    assert trained <= answers * 1.2


@check("The training is over in seconds", points=1, misconception="training-too-long", raises=RAISES)
def test_training_is_short(args, plan, recipes):
    assert rows_seen(args, len(plan.rows)) <= recipes.most_rows


@check("The base becomes an assistant", points=2, misconception="learning-rate-too-small", raises=RAISES)
def test_base_becomes_an_assistant(config, args, plan, examine, on_the_real_model):
    exam = examine(config)
    if exam.right >= RIGHT:
        on_the_real_model(config)
        return
    if exam.trained.diverged:
        told("learning-rate-too-large")
    if rows_seen(args, len(plan.rows)) < FEW_ROWS:
        told("too-few-steps")
    if len(exam.trained.losses) < FEW_STEPS and RATES[0] <= args.learning_rate <= RATES[1]:
        told("too-few-steps")  # with smaller batches the same rate is enough
    # Who stops has learnt from the rows; where the answers are wrong all the same, the almanac was lost meanwhile.
    wrecked = args.learning_rate > RATES[1] or exam.stopped >= STOPPED
    told("learning-rate-too-large" if wrecked else "learning-rate-too-small")


@check("It stops by itself", points=1, misconception="never-stops", raises=RAISES)
def test_stops(config, state, notebooks, examine):
    if state.processing_class.eos_token != notebooks.eos_token:
        told("another-end")
    assert examine(config).stopped >= STOPPED
