"""Tokenizers that students have not seen, for checks."""

from typing import Any


def hidden_tokenizer(template: str, *words: str, end: str, begin: str | None = None, adds_end: bool = False) -> Any:
    """The course's vocabulary with other special tokens. Tokenising a text adds `begin` where there is one that is not
    among the words, and the end if it ``adds_end``."""
    from tokenizers import AddedToken, processors
    from transformers import PreTrainedTokenizerFast

    from autograder.models.small_tokenizers import base_tokenizer

    tokenizer = base_tokenizer()
    before = [begin] if begin and begin not in words else []
    after = [end] if adds_end else []
    special = ["<|filler|>", end, *before, *words]
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in special])
    if before or after:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=" ".join([*before, "$A", *after]),
            special_tokens=[(word, tokenizer.token_to_id(word)) for word in before + after],
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=begin, eos_token=end, pad_token="<|filler|>", chat_template=template
    )
