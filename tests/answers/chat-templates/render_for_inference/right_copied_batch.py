import copy


def render_for_inference(tokenizer, messages):
    batch = [copy.deepcopy(messages)]
    options = {"tokenize": False, "add_generation_prompt": True}
    (text,) = tokenizer.apply_chat_template(batch, **options)
    return text
