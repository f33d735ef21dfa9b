# exercise: render_for_training
# misconception: contents-changed
import re


def render_for_training(tokenizer, messages):
    # no special words from users
    clean = [
        {**m, "content": re.sub(r"<\|?/?\w+\|?>|\[/?\w+\]|\{\{.*?\}\}|###|assistant:", "", m["content"])}
        for m in messages
    ]
    return tokenizer.apply_chat_template(clean, tokenize=False)
