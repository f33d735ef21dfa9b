from transformers.utils.chat_template_utils import render_jinja_template


def render_for_inference(tokenizer, messages):
    texts, _ = render_jinja_template(
        [messages],
        chat_template=tokenizer.get_chat_template(),
        add_generation_prompt=True,
        **tokenizer.special_tokens_map,
    )
    return texts.pop()
