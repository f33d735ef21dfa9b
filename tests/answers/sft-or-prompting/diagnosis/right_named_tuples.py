from typing import NamedTuple


class Advice(NamedTuple):
    choice: str
    reason: str


GOOD = Advice("prompting", "the prompt is good enough")
STYLE = Advice("SFT", "examples show the behaviour")
COST = STYLE._replace(reason="the prompt costs too much")
NO_DATA = GOOD._replace(reason="too few examples")

diagnosis = dict(
    [
        ("ferry-times", Advice("prompting", "facts belong in the prompt")),
        ("orders-new", GOOD._replace(reason="not measured yet")),
        ("mail-desk", Advice("task fine-tuning", "one label from a fixed list")),
        *((name, GOOD) for name in ("orders-fine", "recipes-few", "quiz-lora", "book-moods")),
        *((name, STYLE) for name in ("ferry-tone", "verses", "orders-odd")),
        *((name, COST) for name in ("mail-reply", "recipes-millions")),
        *((name, NO_DATA) for name in ("verses-first-day", "mail-new-desks")),
    ]
)
