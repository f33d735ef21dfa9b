from jinja2 import Environment, nodes
from jinja2.ext import Extension, loopcontrols


class Recorder(Extension):
    """Replaces each generation block by a mark and keeps its text."""

    tags = {"generation"}
    texts = []

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("record"), [], [], body).set_lineno(line)

    def record(self, caller):
        self.texts.append(caller())
        return "\ue000"


def answer_mask(tokenizer, messages):
    Recorder.texts = []
    environment = Environment(trim_blocks=True, lstrip_blocks=True, extensions=[Recorder, loopcontrols])
    template = environment.from_string(tokenizer.chat_template)
    around = template.render(messages=messages, **tokenizer.special_tokens_map).split("\ue000")
    text, spans = around[0], []
    for generated, after in zip(Recorder.texts, around[1:]):
        spans.append(range(len(text), len(text) + len(generated)))
        text += generated + after
    encoding = tokenizer(text, add_special_tokens=False)
    mask = [0] * len(encoding["input_ids"])
    for span in spans:
        for position in span:
            token = encoding.char_to_token(position)
            if token is not None:
                mask[token] = 1
    # a character that is cut into several tokens has only its first one so far
    for i, (start, end) in enumerate(encoding.encodings[0].offsets):
        if any(start in span for span in spans):
            mask[i] = 1
    return mask
