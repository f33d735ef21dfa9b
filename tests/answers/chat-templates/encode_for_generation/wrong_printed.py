# exercise: encode_for_generation
# misconception: nothing-returned
def encode_for_generation(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")
    print(encoding)
