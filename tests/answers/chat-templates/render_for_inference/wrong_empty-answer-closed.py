# exercise: render_for_inference
# misconception: empty-answer-closed
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(messages + [{"role": "assistant", "content": ""}], tokenize=False)
