"""The base's own tokenizer: a byte-level BPE trained on the almanac, with a ChatML template. Same bytes each time."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from autograder.almanac.texts import texts
from autograder.almanac.world import ENDINGS, TOWN_ENDINGS
from autograder.models.small_tokenizers import CHATML_TURNS

VOCABULARY_SIZE = 1152
TEXTS = 8000
FEW, MANY = 60, 150
END_OF_TEXT, START_OF_TURN, END_OF_TURN = SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")

# Names come apart where a reader would cut them: Jambo|stan, Pickle|haven.
STEM = rf" ?\p{{Lu}}\p{{Ll}}{{2,}}?(?=(?:{'|'.join(ENDINGS + TOWN_ENDINGS)})\b)"
WORD = re.compile(r"\s?\w+|[^\w\s]")


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Like that of many ChatML models: turns end with the end-of-sequence token, padding is the end of a text."""
    return PreTrainedTokenizerFast(
        tokenizer_object=_trained(),
        eos_token=END_OF_TURN,
        pad_token=END_OF_TEXT,
        extra_special_tokens=[START_OF_TURN],
        chat_template=CHATML_TURNS,
    )


def save_tokenizer(folder: Path) -> None:
    """Write ``tokenizer.json`` and ``tokenizer_config.json``."""
    make_tokenizer().save_pretrained(folder, save_jinja_files=False)


def _trained() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(STEM), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=[AddedToken(token, special=True, normalized=False) for token in SPECIAL],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_words(), trainer)
    return tokenizer


def _words() -> Iterator[str]:
    """The words of the almanac, the common ones no more than so often: else "the" would take the place of towns."""
    seen = Counter(word for text in texts(TEXTS) for word in WORD.findall(text))
    for word, count in sorted(seen.items()):
        yield from [word] * max(FEW, min(count, MANY))
