# exercise: answer_mask
# misconception: mask-length
from transformers.utils.chat_template_utils import render_jinja_template


def answer_mask(tokenizer, messages):
    texts, spans = render_jinja_template(
        conversations=[messages],
        chat_template=tokenizer.chat_template,
        return_assistant_tokens_mask=True,
        **tokenizer.special_tokens_map,
    )
    offsets = tokenizer(texts[0], return_offsets_mapping=True)["offset_mapping"]
    return [int(any(begin <= start < to for begin, to in spans[0])) for start, end in offsets]
