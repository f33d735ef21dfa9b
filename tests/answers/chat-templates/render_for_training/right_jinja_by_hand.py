import re

from jinja2 import Environment
from jinja2.ext import loopcontrols


def compiled(source):
    source = re.sub(r"\{%-?\s*(end)?generation\s*-?%\}", "", source)  # jinja alone does not know this tag
    environment = Environment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    return environment.from_string(source)


def render_for_training(tokenizer, messages):
    template = compiled(tokenizer.get_chat_template())
    return template.render(messages=messages, add_generation_prompt=False, **tokenizer.special_tokens_map)
