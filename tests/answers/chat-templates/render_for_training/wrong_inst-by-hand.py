# exercise: render_for_training
# misconception: hand-written-template
def render_for_training(tokenizer, messages):
    text, system = "<s>", ""
    for message in messages:
        if message["role"] == "system":
            system = message["content"].strip() + "\n\n"
        elif message["role"] == "user":
            text += f"[INST] {system}{message['content'].strip()} [/INST]"
            system = ""
        else:
            text += f" {message['content'].strip()}</s>"
    return text
