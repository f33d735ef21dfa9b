# exercise: encode_for_generation
# misconception: hand-written-template
def encode_for_generation(tokenizer, messages):
    return tokenizer(messages[-1]["content"], return_tensors="pt")
