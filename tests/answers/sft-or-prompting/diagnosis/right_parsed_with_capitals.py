TABLE = """
ferry-times: Prompting / Facts belong in the prompt
ferry-tone: SFT / examples show the behaviour
verses: SFT / examples show the behaviour
verses-first-day: Prompting / too few examples
orders-new: Prompting / not measured yet
orders-fine: Prompting / the prompt is good enough
orders-odd: SFT / examples show the behaviour
mail-desk: Task fine-tuning / one label from a fixed list
mail-reply: SFT / the prompt costs too much
mail-new-desks: Prompting / too few examples
recipes-millions: SFT / the prompt costs too much
recipes-few: Prompting / the prompt is good enough
quiz-lora: Prompting / the prompt is good enough
book-moods: Task fine-tuning / one label from a fixed list
"""
diagnosis = {}
for line in TABLE.strip().splitlines():
    name, pair = line.split(":")
    diagnosis[name] = tuple(pair.split("/"))
