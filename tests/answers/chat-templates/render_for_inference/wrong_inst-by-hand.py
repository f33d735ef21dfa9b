# exercise: render_for_inference
# misconception: hand-written-template
def render_for_inference(tokenizer, messages):
    return f"{tokenizer.bos_token}[INST] {messages[-1]['content']} [/INST]"
