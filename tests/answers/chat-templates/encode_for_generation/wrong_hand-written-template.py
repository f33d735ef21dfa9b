# exercise: encode_for_generation
# misconception: hand-written-template
def encode_for_generation(tokenizer, messages):
    text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return tokenizer(text + "<|im_start|>assistant\n", add_special_tokens=False, return_tensors="pt")
