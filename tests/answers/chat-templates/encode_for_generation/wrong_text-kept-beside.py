# exercise: encode_for_generation
# misconception: not-for-generate
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    encoding = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    return {"text": text, **encoding}
