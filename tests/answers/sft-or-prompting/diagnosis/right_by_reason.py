by_reason = {
    ("prompting", "facts belong in the prompt"): ["ferry-times"],
    ("prompting", "not measured yet"): ["orders-new"],
    ("prompting", "too few examples"): ["verses-first-day", "mail-new-desks"],
    ("prompting", "the prompt is good enough"): ["orders-fine", "recipes-few", "quiz-lora", "book-moods"],
    ("SFT", "examples show the behaviour"): ["ferry-tone", "verses", "orders-odd"],
    ("SFT", "the prompt costs too much"): ["mail-reply", "recipes-millions"],
    ("task fine-tuning", "one label from a fixed list"): ["mail-desk"],
}
diagnosis = {}
for pair, names in by_reason.items():
    for name in names:
        diagnosis[name] = pair
