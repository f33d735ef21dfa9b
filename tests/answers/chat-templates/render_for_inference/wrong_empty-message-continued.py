# exercise: render_for_inference
# misconception: opened-by-hand
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(
        messages + [{"role": "assistant", "content": ""}], tokenize=False, continue_final_message=True
    )
