# exercise: diagnosis
# misconception: one-answer-for-all
diagnosis = {
    "ferry-times": ("prompting", "facts belong in the prompt"),
    "ferry-tone": ("prompting", "examples show the behaviour"),
    "verses": ("prompting", "examples show the behaviour"),
    "verses-first-day": ("prompting", "too few examples"),
    "orders-new": ("prompting", "not measured yet"),
    "orders-fine": ("prompting", "the prompt is good enough"),
    "orders-odd": ("prompting", "examples show the behaviour"),
    "mail-desk": ("prompting", "one label from a fixed list"),
    "mail-reply": ("prompting", "the prompt costs too much"),
    "mail-new-desks": ("prompting", "too few examples"),
    "recipes-millions": ("prompting", "the prompt costs too much"),
    "recipes-few": ("prompting", "the prompt is good enough"),
    "quiz-lora": ("prompting", "the prompt is good enough"),
    "book-moods": ("prompting", "the prompt is good enough"),
}
