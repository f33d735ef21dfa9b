"""Tokenizers that students have not seen, for checks."""

from typing import Any


def hidden_tokenizer(template: str, *words: str, end: str, begin: str | None = None) -> Any:
    """The course's vocabulary with other special tokens; tokenising a text adds `begin` where there is one."""
    from tokenizers import AddedToken, processors
    from transformers import PreTrainedTokenizerFast

    from autograder.small_tokenizers import base_tokenizer

    tokenizer = base_tokenizer()
    special = ["<|filler|>", end, *([begin] if begin else []), *words]
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in special])
    if begin:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{begin} $A", special_tokens=[(begin, tokenizer.token_to_id(begin))]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=begin, eos_token=end, pad_token="<|filler|>", chat_template=template
    )
