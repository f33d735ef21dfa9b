from transformers.utils.chat_template_utils import render_jinja_template


def render_for_training(tokenizer, messages):
    rendered, _ = render_jinja_template(
        conversations=[messages], chat_template=tokenizer.chat_template, **tokenizer.special_tokens_map
    )
    return rendered[0]
