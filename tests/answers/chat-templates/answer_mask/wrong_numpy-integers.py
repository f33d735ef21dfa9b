# exercise: answer_mask
# misconception: bool-or-tensor-mask
import numpy as np


def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    return list(np.array(encoding["assistant_masks"]))
