"""Putting questions to a model: greedy, many at once, and did it stop by itself?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.almanac.tokenizer import END_OF_TURN

MAX_NEW_TOKENS = 24
Conversation = str | Sequence[dict[str, str]]


@dataclass(frozen=True)
class Reply:
    """What a model wrote, without the end-of-turn token, and whether it wrote one."""

    text: str
    stopped: bool


def ask(model: Any, tokenizer: Any, conversations: Sequence[Conversation]) -> list[Reply]:
    """Replies to questions, or to conversations whose last turn is the user's, through the tokenizer's template."""
    chats = [[{"role": "user", "content": chat}] if isinstance(chat, str) else list(chat) for chat in conversations]
    prompts = [tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True) for chat in chats]
    return complete(model, tokenizer, [str(prompt) for prompt in prompts])


@torch.inference_mode()
def complete(model: Any, tokenizer: Any, openings: Sequence[str]) -> list[Reply]:
    """What the model writes after each opening, taken as it stands."""
    training = model.training
    model.eval()
    given = tokenizer(list(openings), padding=True, padding_side="left", add_special_tokens=False, return_tensors="pt")
    end = tokenizer.convert_tokens_to_ids(END_OF_TURN)
    written = model.generate(
        **given.to(model.device),
        max_new_tokens=MAX_NEW_TOKENS,
        do_sample=False,
        eos_token_id=end,
        pad_token_id=tokenizer.pad_token_id,
    )[:, given["input_ids"].shape[1] :]
    model.train(training)
    return [_reply(tokenizer, row, end) for row in written.tolist()]


def _reply(tokenizer: Any, tokens: list[int], end: int) -> Reply:
    stopped = end in tokens
    if stopped:
        tokens = tokens[: tokens.index(end)]
    return Reply(tokenizer.decode(tokens, skip_special_tokens=True).strip(), stopped)
