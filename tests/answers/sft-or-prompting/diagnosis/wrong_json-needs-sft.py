# exercise: diagnosis
# misconception: format-always-needs-sft
diagnosis = {
    "ferry-times": ("prompting", "facts belong in the prompt"),
    "ferry-tone": ("SFT", "examples show the behaviour"),
    "verses": ("SFT", "examples show the behaviour"),
    "verses-first-day": ("prompting", "too few examples"),
    "orders-new": ("SFT", "a format needs training"),
    "orders-fine": ("SFT", "a format needs training"),
    "orders-odd": ("SFT", "a format needs training"),
    "mail-desk": ("task fine-tuning", "one label from a fixed list"),
    "mail-reply": ("SFT", "the prompt costs too much"),
    "mail-new-desks": ("prompting", "too few examples"),
    "recipes-millions": ("SFT", "the prompt costs too much"),
    "recipes-few": ("prompting", "the prompt is good enough"),
    "quiz-lora": ("prompting", "the prompt is good enough"),
    "book-moods": ("prompting", "the prompt is good enough"),
}
