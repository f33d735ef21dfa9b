OPEN, CLOSE = "\ue000", "\ue001"


def answer_mask(tokenizer, messages):
    template = tokenizer.chat_template.replace("{% generation %}", "{{ '" + OPEN + "' }}")
    template = template.replace("{% endgeneration %}", "{{ '" + CLOSE + "' }}")
    marked = tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False)
    text, inside, generated = "", False, []
    for character in marked:
        if character in (OPEN, CLOSE):
            inside = character == OPEN
        else:
            text += character
            generated.append(inside)
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return [1 if any(generated[start:end]) else 0 for start, end in offsets]
