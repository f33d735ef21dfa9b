"""Tokenizers that students have not seen, for checks."""

from typing import Any


def hidden_tokenizer(template: str, *words: str, end: str, begin: str | None = None, adds_end: bool = False) -> Any:
    """The course's vocabulary with other special tokens. Tokenising a text adds `begin` where there is one that is not
    among the words, and the end if it ``adds_end``."""
    from tokenizers import AddedToken, processors
    from transformers import PreTrainedTokenizerFast

    from autograder.small_tokenizers import base_tokenizer

    tokenizer = base_tokenizer()
    added_begin = begin if begin not in words else None
    special = ["<|filler|>", end, *([added_begin] if added_begin else []), *words]
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in special])
    around = [word for word in (added_begin, end if adds_end else None) if word]
    if around:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=" ".join(filter(None, [added_begin, "$A", end if adds_end else None])),
            special_tokens=[(word, tokenizer.token_to_id(word)) for word in around],
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=begin, eos_token=end, pad_token="<|filler|>", chat_template=template
    )
