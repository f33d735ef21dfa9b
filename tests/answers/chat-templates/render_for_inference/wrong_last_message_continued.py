# exercise: render_for_inference
# misconception: no-generation-prompt
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False, continue_final_message=True)
