# exercise: encode_for_generation
# misconception: not-for-generate
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_assistant_tokens_mask=True, return_tensors="pt"
    )
