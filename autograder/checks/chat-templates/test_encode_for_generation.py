"""`encode_for_generation(tokenizer, messages)`: what `model.generate(**x)` takes."""

import contextlib
import copy

import pytest

from autograder.judge.check import check, told
from autograder.judge.submission import Raised

NOT_A_TENSOR = {
    "AttributeError": "batch-encoding-taken-for-tensor",
    "TypeError": "batch-encoding-taken-for-tensor",
}


@pytest.fixture(scope="session")
def generate(model_turns):
    """Two tokens more from a tiny random model. Called once on trusted input, so that a later error is not ours."""
    import torch
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(model_turns),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LlamaForCausalLM(config).eval()
    model.generation_config = GenerationConfig(max_new_tokens=2, do_sample=False, pad_token_id=0)

    model.generate(input_ids=torch.ones(1, 3, dtype=torch.long), attention_mask=torch.ones(1, 3, dtype=torch.long))
    return model.generate


@pytest.fixture
def encoding_from(submission):
    """Call the function; what comes back must hold the two parts, whatever they are."""

    def call(tokenizer, messages) -> dict:
        value = submission.call("encode_for_generation", tokenizer, messages)
        if value is None:
            told("nothing-returned")
        if isinstance(value, str):
            told("text-instead-of-tokens")
        if not isinstance(value, dict) or set(value) == {"input_ids"}:
            told("input-ids-only")
        if not {"input_ids", "attention_mask"} <= set(value):
            told("input-ids-only")
        return value

    return call


@pytest.fixture
def tensors_from(encoding_from):
    """The mapping, with the two parts as tensors of one row; most answers that hold no such tensors are named here."""

    def call(tokenizer, messages) -> dict:
        encoding = encoding_from(tokenizer, messages)
        parts = encoding["input_ids"], encoding["attention_mask"]
        if any(isinstance(part, dict) for part in parts):
            told("batch-encoding-taken-for-tensor")
        if not all(type(part).__name__ == "Tensor" for part in parts):
            told("lists-instead-of-tensors")
        if any(part.dim() == 1 for part in parts):
            told("no-batch-dimension")
        if not all(part.dim() == 2 and part.shape[0] == 1 for part in parts):
            told("no-batch-dimension")
        return encoding

    return call


@pytest.fixture
def templated_from(tensors_from):
    """The same. What lacks every special token that a template writes was not made with it."""

    def call(tokenizer, messages) -> dict:
        encoding = tensors_from(tokenizer, messages)
        added = {tokenizer.pad_token_id, *tokenizer("")["input_ids"]}  # without a template, too
        written = set(tokenizer.get_added_vocab().values()) - added
        if not written & set(encoding["input_ids"].flatten().tolist()):
            told("hand-written-template")
        return encoding

    return call


@pytest.fixture
def encoded(render):
    """The ids that the template gives, with a generation prompt if nothing else is asked for."""

    def encode(tokenizer, messages, **options) -> list[int]:
        text = render(tokenizer, messages, **(options or {"add_generation_prompt": True}))
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    return encode


@pytest.fixture
def named(encoded, in_parts, without_history):
    """Name ids that are the template's own for something else; False for any other."""

    def name(ids: list[int], tokenizer, messages) -> bool:
        if ids in [encoded(tokenizer, messages, continue_final_message=left_open) for left_open in (False, True)]:
            told("no-generation-prompt")
        parts = in_parts(tokenizer, messages, add_generation_prompt=True)
        if ids in [tokenizer(text, add_special_tokens=False)["input_ids"] for text in parts]:
            told("message-by-message")
        answered = [*messages, {"role": "assistant", "content": ""}]
        if ids == encoded(tokenizer, answered, add_generation_prompt=False):
            told("empty-answer-closed")
        if ids == encoded(tokenizer, answered, continue_final_message=True):
            told("opened-by-hand")
        if ids in [encoded(tokenizer, kept) for kept in without_history(messages)]:
            told("history-dropped")
        expected = encoded(tokenizer, messages)
        if ids == expected[: len(ids)]:
            told("cut-off")
        tidied = [{**one, "content": one["content"].strip()} for one in messages]
        if ids in (encoded(tokenizer, tidied), encoded(tokenizer, [*messages[:-1], tidied[-1]])):
            told("contents-changed")
        if messages[0]["role"] != "system":
            turns = expected[expected.index(tokenizer.eos_token_id) + 1 :]  # after the template's own system turn
            if ids[-len(turns) :] == turns:
                told("system-turn-by-hand")
        return False

    return name


def without(token: int, ids: list[int]) -> list[int]:
    return [one for one in ids if one != token]


@check(
    "A mapping comes back, with input_ids and attention_mask as PyTorch tensors of shape (1, n)",
    points=2,
    misconception="no-batch-dimension",
    raises=NOT_A_TENSOR,
)
def test_mapping_of_tensors(tensors_from, headers, asking):
    tensors_from(headers, asking())


@check(
    "The ids are those of the template's text, up to the start of the assistant's turn",
    points=1,
    misconception="other-tokens",
    raises=NOT_A_TENSOR,
)
def test_ids(templated_from, encoded, named, calm, house, headers, asking):
    for tokenizer, messages in ((calm, asking()), (house, asking(system=False)), (headers, asking(spaces=True))):
        ids = templated_from(tokenizer, messages)["input_ids"].tolist()[0]
        expected = encoded(tokenizer, messages)
        begins = tokenizer.bos_token_id
        begun = without(begins, ids) == without(begins, expected)
        ended = tokenizer is calm and ids == [*expected, calm.eos_token_id]
        if not (begun or ended):  # what is added to the template's own, or taken from it, is for the next check
            assert ids == expected or named(ids, tokenizer, messages)
    messages = asking(rounds=40)
    ids, expected = templated_from(calm, messages)["input_ids"].tolist()[0], encoded(calm, messages)
    if len(ids) < len(expected):
        told("cut-off" if ids == expected[: len(ids)] else "messages-left-out")


@check(
    "No special token is added to the template's own", points=1, misconception="tokenised-twice", raises=NOT_A_TENSOR
)
def test_one_begin_token(templated_from, encoded, named, headers, brackets, house, calm, quiet, asking):
    for tokenizer in (headers, brackets):
        messages = asking(rounds=3)
        ids = templated_from(tokenizer, messages)["input_ids"].tolist()[0]
        if tokenizer.bos_token_id not in ids:
            told("begin-token-lost")
        assert ids.count(tokenizer.bos_token_id) == 1 or named(ids, tokenizer, messages)
    messages, begins = asking(), house.bos_token_id
    ids, expected = templated_from(house, messages)["input_ids"].tolist()[0], encoded(house, messages)
    kept = without(begins, ids) == without(begins, expected)
    if ids[:1] != [begins] or (kept and ids.count(begins) < expected.count(begins)):  # else, it is a turn that is gone
        told("begin-token-lost")
    assert ids[1:2] != [begins]
    assert templated_from(calm, asking())["input_ids"].tolist()[0][-1] != calm.eos_token_id
    if quiet.bos_token_id in templated_from(quiet, asking())["input_ids"].tolist()[0]:
        told("begin-token-by-hand")


@check(
    "The attention mask lets the model see every token",
    points=1,
    misconception="wrong-attention-mask",
    raises=NOT_A_TENSOR,
)
def test_attention_mask(templated_from, house, headers, asking):
    for tokenizer in (house, headers):
        encoding = templated_from(tokenizer, asking(rounds=3))
        assert encoding["attention_mask"].shape == encoding["input_ids"].shape
        assert all(seen == 1 for seen in encoding["attention_mask"].tolist()[0])


@check("model.generate(**x) goes on from it", points=1, misconception="not-for-generate", raises=NOT_A_TENSOR)
def test_generate(templated_from, generate, model_turns, asking):
    encoding = templated_from(model_turns, asking())
    # generate() takes its options by name too, and some of them load code: no other name may reach it.
    assert set(encoding) == {"input_ids", "attention_mask"}
    assert all(type(part).__name__ == "Tensor" and part.numel() < 2048 for part in encoding.values())
    try:
        longer = generate(**encoding)
    except Exception as error:
        raise AssertionError("generate() refused what came back") from error
    assert longer.shape == (1, encoding["input_ids"].shape[-1] + 2)


@check("Tokenizer and messages stay as they were", points=1, misconception="arguments-changed", raises=NOT_A_TENSOR)
def test_arguments_unchanged(probe_leaves_alone, tensors_from, encoded, headers, asking):
    messages = asking()
    assert probe_leaves_alone("encode_for_generation", headers, messages)
    unpadded = copy.deepcopy(headers)
    unpadded.pad_token = None
    with contextlib.suppress(Raised):  # over padding, which a batch of one may ask for
        assert probe_leaves_alone("encode_for_generation", unpadded, messages)
    ids = tensors_from(headers, messages)["input_ids"].tolist()[0]
    expected = set(encoded(headers, messages[-1:]))
    if len(expected & set(ids)) < len(expected) / 2:  # doing nothing leaves everything as it was, too
        told("arguments-not-used")
