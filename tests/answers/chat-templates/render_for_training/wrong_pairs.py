# exercise: render_for_training
# misconception: message-by-message
def render_for_training(tokenizer, messages):
    system = [m for m in messages if m["role"] == "system"]
    rest = [m for m in messages if m["role"] != "system"]
    parts = []
    for i in range(0, len(rest), 2):
        parts.append(tokenizer.apply_chat_template((system if i == 0 else []) + rest[i : i + 2], tokenize=False))
    return "".join(parts)
