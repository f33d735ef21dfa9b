# exercise: prefill
# misconception: hand-written-template
def prefill(tokenizer, messages, opening):
    text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return text + "<|im_start|>assistant\n" + opening
