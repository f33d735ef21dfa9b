"""Tokenizers that students have not seen, for checks."""

import functools
from typing import Any


@functools.cache
def vocabulary() -> str:
    """The course's vocabulary, trained once for all hidden tokenizers; as text, because a tokenizer can be changed."""
    from autograder.small_tokenizers import base_tokenizer

    return base_tokenizer().to_str()


def hidden_tokenizer(template: str, *words: str, end: str, begin: str | None = None) -> Any:
    """The course's vocabulary with other special tokens; tokenising a text adds `begin` where there is one."""
    from tokenizers import AddedToken, Tokenizer, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer.from_str(vocabulary())
    special = ["<|filler|>", end, *([begin] if begin else []), *words]
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in special])
    if begin:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{begin} $A", special_tokens=[(begin, tokenizer.token_to_id(begin))]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=begin, eos_token=end, pad_token="<|filler|>", chat_template=template
    )
