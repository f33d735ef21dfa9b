from transformers.utils.chat_template_utils import render_jinja_template


def answer_mask(tokenizer, messages):
    texts, spans = render_jinja_template(
        conversations=[messages],
        chat_template=tokenizer.chat_template,
        return_assistant_tokens_mask=True,
        **tokenizer.special_tokens_map,
    )
    encoding = tokenizer(texts[0], add_special_tokens=False, return_offsets_mapping=True)
    return [int(any(start < to and end > begin for begin, to in spans[0])) for start, end in encoding["offset_mapping"]]
