import copy

from transformers.utils.chat_template_utils import render_jinja_template


def prefill(tokenizer, messages, opening):
    messages = copy.deepcopy(messages)
    messages.append({"role": "assistant", "content": opening})
    texts, _ = render_jinja_template(
        conversations=[messages],
        chat_template=tokenizer.chat_template,
        continue_final_message=True,
        **tokenizer.special_tokens_map,
    )
    return texts[0]
