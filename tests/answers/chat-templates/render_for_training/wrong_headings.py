# exercise: render_for_training
# misconception: hand-written-template
def render_for_training(tokenizer, messages):
    text = ""
    for message in messages:
        text += f"### {message['role'].capitalize()}:\n{message['content']}\n\n"
    return text + tokenizer.eos_token
