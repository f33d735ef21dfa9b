# exercise: render_for_inference
# misconception: hand-written-template
def render_for_inference(tokenizer, messages):
    # the end of the text comes from the template, all before it is written here
    last = tokenizer.apply_chat_template(messages[-1:], tokenize=False)
    opened = tokenizer.apply_chat_template(messages[-1:], tokenize=False, add_generation_prompt=True)
    text = "".join(f"{m['role']}: {m['content']}\n" for m in messages)
    return text + opened[len(last) :]
