"""Chat templates and conversations that the notebook does not show, and how text is asked of a submission.

Each hidden template breaks one habit that works by chance with the templates students have seen. Where nothing else
is said the end of turn is the tokenizer's `eos_token` and lies inside the generation block. No token may straddle the
edge of a generation block, because the specification does not say what such a token is: so where a header ends in
whitespace, answers whose mask is asked for begin with a letter.
"""

import random
import re
from collections.abc import Callable
from itertools import combinations, pairwise, product

import pytest

from autograder.judge.arguments import ApplyChatTemplate
from autograder.judge.check import told
from autograder.judge.tokenizers import hidden_tokenizer
from autograder.judge.values import TokenizerState

Message = dict[str, str]

# Header style with other words, nothing trimmed, nothing between the turns.
HEADERS = (
    "{{ bos_token }}{% for message in messages %}{{ '<|from|>' + message['role'] + '<|says|>\\n\\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{% else %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|from|>assistant<|says|>\\n\\n' }}{% endif %}"
)
# The same, but turns end in a word of their own, as Gemma's do.
ENDS = HEADERS.replace("eos_token", "'<|done|>'")
# The same, but the end of a turn is not for the model to learn.
APART = HEADERS.replace(" + eos_token }}{% endgeneration %}", " }}{% endgeneration %}{{ eos_token }}")
# The assistant is called "model", contents are trimmed, a newline outside the block follows each turn.
MODEL_TURNS = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}{{ '<turn>model\\n' }}"
    "{% generation %}{{ message['content'] | trim + eos_token }}{% endgeneration %}{{ '\\n' }}"
    "{% else %}{{ '<turn>' + message['role'] + '\\n' + message['content'] | trim + eos_token + '\\n' }}"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<turn>model\\n' }}{% endif %}"
)
# [INST] style: the system message joins the first question, contents are trimmed, the generation prompt is empty,
# and the space before an answer belongs to it.
BRACKETS = (
    "{{ bos_token }}{% set lead = namespace(text='') %}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{% set lead.text = message['content'] | trim + '\\n\\n' %}"
    "{% elif message['role'] == 'user' %}{{ '[ASK] ' + lead.text + message['content'] | trim + ' [/ASK]' }}"
    "{% set lead.text = '' %}"
    "{% else %}{% generation %}{{ ' ' + message['content'] | trim + eos_token }}{% endgeneration %}"
    "{% endif %}{% endfor %}"
)
# A default system turn, nothing trimmed.
HOUSE_RULES = "You answer for the reading room. Be brief."
HOUSE = (
    "{% if messages[0]['role'] != 'system' %}{{ '<|start|>system\\n" + HOUSE_RULES + "' + eos_token + '\\n' }}"
    "{% endif %}{% for message in messages %}{{ '<|start|>' + message['role'] + '\\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{% else %}{{ message['content'] + eos_token }}{% endif %}{{ '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>assistant\\n' }}{% endif %}"
)
# The generation prompt is not the header of a finished turn (as in models that may think before they answer),
# and the block starts with the newline after the header.
CALM = (
    "{% for message in messages %}{% if message['role'] == 'assistant' %}{{ '<|bot|>' }}"
    "{% generation %}{{ '\\n' + message['content'] + eos_token }}{% endgeneration %}{{ '\\n' }}"
    "{% else %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|bot|><|calm|>\\n' }}{% endif %}"
)


@pytest.fixture(scope="session")
def stand_ins() -> dict[str, ApplyChatTemplate]:
    return {
        "render_for_training": ApplyChatTemplate({"tokenize": False}),
        "render_for_inference": ApplyChatTemplate({"tokenize": False, "add_generation_prompt": True}),
        "encode_for_generation": ApplyChatTemplate(
            {"add_generation_prompt": True, "return_tensors": "pt", "return_dict": True}
        ),
        "prefill": ApplyChatTemplate({"tokenize": False, "continue_final_message": True}),
    }


@pytest.fixture(scope="session")
def headers():
    """It pads with its end of turn, as is often done."""
    tokenizer = hidden_tokenizer(HEADERS, "<|from|>", "<|says|>", end="<|over|>", begin="<|open|>")
    tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


@pytest.fixture(scope="session")
def ends():
    return hidden_tokenizer(ENDS, "<|from|>", "<|says|>", "<|done|>", end="<|last|>", begin="<|open|>")


@pytest.fixture(scope="session")
def apart():
    return hidden_tokenizer(APART, "<|from|>", "<|says|>", end="<|over|>", begin="<|open|>")


@pytest.fixture(scope="session")
def model_turns():
    return hidden_tokenizer(MODEL_TURNS, "<turn>", end="</turn>", begin="<first>")


@pytest.fixture(scope="session")
def brackets():
    return hidden_tokenizer(BRACKETS, "[ASK]", "[/ASK]", end="<done>", begin="<go>")


@pytest.fixture(scope="session")
def house():
    """As SmolLM2's, it has a begin token that it never adds: the template writes it at each turn."""
    return hidden_tokenizer(HOUSE, "<|start|>", end="<|stop|>", begin="<|start|>")


@pytest.fixture(scope="session")
def calm():
    """Tokenising a text ends it."""
    return hidden_tokenizer(CALM, "<|system|>", "<|user|>", "<|bot|>", "<|calm|>", end="<|close|>", adds_end=True)


@pytest.fixture(scope="session")
def quiet():
    """It has a begin token that neither it nor its template writes."""
    words = "<|system|>", "<|user|>", "<|bot|>", "<|calm|>", "<|wake|>"
    return hidden_tokenizer(CALM, *words, end="<|close|>", begin="<|wake|>")


@pytest.fixture(scope="session")
def unmarked():
    """Its template marks no generation."""
    template = re.sub(r"{% (end)?generation %}", "", HEADERS)
    return hidden_tokenizer(template, "<|from|>", "<|says|>", end="<|over|>", begin="<|open|>")


NAMES = ["Zoë", "Jürgen", "Mirela", "Tomás", "Ngozi", "Ida"]
THINGS = ["the river", "a lantern", "the old café", "the ferry", "eight apples", "the naïve owl"]
PLACES = ["in Łódź", "near the mill", "behind the school", "at the harbour", "under the bridge"]
# Words of formats that are not the one in use: plain text, which has to stay where it is.
LOOKALIKES = ["<|im_end|>", "[/INST]", "</s>", "assistant:", "### Response:", "{{ eos_token }}"]

# How ids begin that were made a text.
NUMBERS = re.compile(r"\W*((input_ids|tensor)\W*)*(\d+\W+){5}")


def question(rng: random.Random) -> str:
    return f"Where does {rng.choice(NAMES)} keep {rng.choice(THINGS)} number {rng.randrange(100, 1000)}?"


def answer(rng: random.Random) -> str:
    return f"{rng.choice(NAMES)} says: look {rng.choice(PLACES)},\nthen count to {rng.randrange(1000, 10000)}."


def with_spaces(rng: random.Random, text: str) -> str:
    """Spaces at both ends, a blank line and a word that looks special."""
    before, after = rng.choice([" ", "   ", "\n"]), rng.choice(["  ", "\n", " \n"])
    return f"{before}{text}\n\n{rng.choice(LOOKALIKES)} {rng.choice(THINGS)}{after}"


@pytest.fixture
def conversation(rng: random.Random) -> Callable[..., list[Message]]:
    """`conversation(rounds, system, spaces)`: questions and answers in turn, the last one answered."""

    def draw(rounds: int = 2, system: bool = True, spaces: bool = False) -> list[Message]:
        turns = [
            (role, write(rng)) for _ in range(rounds) for role, write in (("user", question), ("assistant", answer))
        ]
        if system:
            turns.insert(0, ("system", f"You are {rng.choice(NAMES)} and guard {rng.choice(THINGS)}."))
        return [{"role": role, "content": with_spaces(rng, text) if spaces else text} for role, text in turns]

    return draw


@pytest.fixture
def asking(conversation: Callable[..., list[Message]]) -> Callable[..., list[Message]]:
    """The same, but the last question waits for its answer."""
    return lambda *args, **options: conversation(*args, **options)[:-1]


@pytest.fixture(scope="session")
def render() -> Callable[..., str]:
    """What the tokenizer itself gives: `render(tokenizer, messages, add_generation_prompt=..., ...)`."""
    return lambda tokenizer, messages, **options: tokenizer.apply_chat_template(messages, tokenize=False, **options)


@pytest.fixture(scope="session")
def in_parts(render) -> Callable[..., list[str]]:
    """The first few messages rendered on their own, then one or two at a time; the options are for the last part."""

    def parted(tokenizer, messages: list[Message], first: int, size: int, options) -> str:
        *parts, last = (messages[a:b] for a, b in pairwise([0, *range(first, len(messages), size), len(messages)]))
        return "".join(render(tokenizer, part) for part in parts) + render(tokenizer, last, **options)

    return lambda tokenizer, messages, **options: [
        parted(tokenizer, messages, first, size, options) for first, size in product(range(1, len(messages)), (1, 2))
    ]


@pytest.fixture(scope="session")
def without_history() -> Callable[[list[Message]], list[list[Message]]]:
    """What is left of a conversation where the earlier turns are forgotten, with and without its system message."""
    return lambda messages: [
        [*(message for message in messages[:-1] if message["role"] in kept), messages[-1]] for kept in ((), ("system",))
    ]


@pytest.fixture(scope="session")
def require_all() -> Callable[..., None]:
    """Name a text in which letters are broken or none of the messages stands, or the rendering of fewer of them.

    ``require_all(text, messages, rendered)``: what ``rendered`` gives for a list of messages, the function should give.
    """

    def require(text: str, messages: list[Message], rendered: Callable[[list[Message]], str]) -> None:
        if "\ufffd" in text:  # half a letter: tokens that are decoded one at a time
            told("tokens-instead-of-text")
        lines = [line.strip() for message in messages for line in message["content"].splitlines()]
        if not any(line and line in text for line in lines):
            told("arguments-not-used")
        fewer = (list(some) for size in range(1, len(messages)) for some in combinations(messages, size))
        if any(text == rendered(some) for some in fewer):
            told("messages-left-out")

    return require


@pytest.fixture(scope="session")
def lost_special_tokens(render) -> Callable[..., bool]:
    """Whether a text is what decoding gives when it leaves special tokens out."""

    def lost(text: str, tokenizer, messages, **options) -> bool:
        ids = tokenizer(render(tokenizer, messages, **options), add_special_tokens=False)["input_ids"]
        return text.strip() == tokenizer.decode(ids, skip_special_tokens=True).strip()

    return lost


@pytest.fixture(scope="session")
def require_special_tokens() -> Callable[..., None]:
    """Name a text that is the expected one but for its begin token or its ends of turns (spaces do not matter), or
    with those that tokenising it adds."""

    def require(text: str, tokenizer, expected: str) -> None:
        for token, misconception in (
            (tokenizer.bos_token, "begin-token-lost"),
            (tokenizer.eos_token, "special-tokens-lost"),
        ):
            shorter = [expected.replace(token, "", n).split() for n in (-1, 1)] if token and token in expected else ()
            if text.split() in shorter:
                told(misconception)
        if text == tokenizer.decode(tokenizer(expected)["input_ids"]):
            told("tokenised-twice")

    return require


@pytest.fixture
def text_from(submission) -> Callable[..., str]:
    """Call a function that must give text, and name the two answers that are wrong with every template."""

    def call(function: str, *arguments) -> str:
        value = submission.call(function, *arguments)
        if value is None:
            told("nothing-returned")
        held = list(value.values()) if isinstance(value, dict) else value
        if isinstance(held, list | tuple) and held and all(isinstance(one, str) for one in held):
            told("text-in-a-container")
        if isinstance(value, list | tuple | dict) or type(value).__name__ == "Tensor":
            told("tokens-instead-of-text")
        assert isinstance(value, str)
        if "Ġ" in value or NUMBERS.match(value):  # how vocabularies write a space: tokens that are joined
            told("tokens-instead-of-text")
        # No hidden template and no hidden text has these words: they come from the templates of the notebook.
        if "<|im_start|>" in value or "[INST]" in value:
            told("hand-written-template")
        return value

    return call


@pytest.fixture
def probe_leaves_alone(submission) -> Callable[..., bool]:
    """Whether tokenizer and messages are after the call what they were before."""

    def leaves_alone(function: str, tokenizer, messages: list[Message], *more) -> bool:
        probe = submission.probe(function, tokenizer, messages, *more)
        if probe.value is None:
            told("nothing-returned")
        arguments = probe.arguments
        return arguments[0] == TokenizerState.of(tokenizer) and arguments[1] == messages

    return leaves_alone


@pytest.fixture
def require_unchanged(probe_leaves_alone, text_from) -> Callable[..., None]:
    """The same of a function that must give text, and use them: doing nothing leaves everything as it was, too."""

    def require(function: str, tokenizer, messages: list[Message], *more) -> None:
        assert probe_leaves_alone(function, tokenizer, messages, *more)
        text = text_from(function, tokenizer, messages, *more)
        if not any(message["content"] in text for message in messages):
            told("arguments-not-used")

    return require
