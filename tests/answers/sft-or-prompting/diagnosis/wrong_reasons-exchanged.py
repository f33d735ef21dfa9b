# exercise: diagnosis
# misconception: reason-does-not-fit
diagnosis = {
    "ferry-times": ("prompting", "facts belong in the prompt"),
    "ferry-tone": ("SFT", "examples show the behaviour"),
    "verses": ("SFT", "examples show the behaviour"),
    "verses-first-day": ("prompting", "too few examples"),
    "orders-new": ("prompting", "not measured yet"),
    "orders-fine": ("prompting", "the prompt is good enough"),
    "orders-odd": ("SFT", "examples show the behaviour"),
    "mail-desk": ("task fine-tuning", "one label from a fixed list"),
    "mail-reply": ("SFT", "the prompt costs too much"),
    "mail-new-desks": ("prompting", "too few examples"),
    "recipes-millions": ("SFT", "the prompt costs too much"),
    "recipes-few": ("prompting", "the prompt is good enough"),
    "quiz-lora": ("prompting", "the prompt is good enough"),
    "book-moods": ("task fine-tuning", "the prompt is good enough"),
}
