# exercise: render_for_training
# misconception: hand-written-template
def render_for_training(tokenizer, messages):
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
