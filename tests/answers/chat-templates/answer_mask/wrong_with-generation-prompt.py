# exercise: answer_mask
# misconception: mask-length
def answer_mask(tokenizer, messages):
    conversation = messages[:-1]
    return tokenizer.apply_chat_template(conversation, add_generation_prompt=True, return_assistant_tokens_mask=True)[
        "assistant_masks"
    ]
