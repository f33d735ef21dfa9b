# exercise: render_for_training
# misconception: answer-left-out
def render_for_training(tokenizer, messages):
    prompt = messages[:-1] if messages[-1]["role"] == "assistant" else messages
    return tokenizer.apply_chat_template(prompt, tokenize=False, add_generation_prompt=True)
