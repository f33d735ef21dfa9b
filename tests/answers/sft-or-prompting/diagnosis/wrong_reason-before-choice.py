# exercise: diagnosis
# misconception: not-a-pair
diagnosis = {
    "ferry-times": ("facts belong in the prompt", "prompting"),
    "ferry-tone": ("examples show the behaviour", "SFT"),
    "verses": ("examples show the behaviour", "SFT"),
    "verses-first-day": ("too few examples", "prompting"),
    "orders-new": ("not measured yet", "prompting"),
    "orders-fine": ("the prompt is good enough", "prompting"),
    "orders-odd": ("examples show the behaviour", "SFT"),
    "mail-desk": ("one label from a fixed list", "task fine-tuning"),
    "mail-reply": ("the prompt costs too much", "SFT"),
    "mail-new-desks": ("too few examples", "prompting"),
    "recipes-millions": ("the prompt costs too much", "SFT"),
    "recipes-few": ("the prompt is good enough", "prompting"),
    "quiz-lora": ("the prompt is good enough", "prompting"),
    "book-moods": ("the prompt is good enough", "prompting"),
}
