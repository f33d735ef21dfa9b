import re

import jinja2
import jinja2.ext


def render_for_inference(tokenizer, messages):
    source = re.sub(r"{%-?\s*(?:end)?generation\s*-?%}", "", tokenizer.chat_template)
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])
    values = {"bos_token": tokenizer.bos_token, "eos_token": tokenizer.eos_token}
    return environment.from_string(source).render(messages=messages, add_generation_prompt=True, **values)
