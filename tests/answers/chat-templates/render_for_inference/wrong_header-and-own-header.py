# exercise: render_for_inference
# misconception: opened-by-hand
def render_for_inference(tokenizer, messages):
    # what stands before an answer: the part between the question and a made-up answer
    mark = "ANSWER"
    text = tokenizer.apply_chat_template(messages + [{"role": "assistant", "content": mark}], tokenize=False)
    return text[: text.rindex(mark)]
