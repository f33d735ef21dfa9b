# exercise: diagnosis
# misconception: not-a-pair
diagnosis = {
    "ferry-times": "prompting",
    "ferry-tone": "SFT",
    "verses": "SFT",
    "verses-first-day": "prompting",
    "orders-new": "prompting",
    "orders-fine": "prompting",
    "orders-odd": "SFT",
    "mail-desk": "task fine-tuning",
    "mail-reply": "SFT",
    "mail-new-desks": "prompting",
    "recipes-millions": "SFT",
    "recipes-few": "prompting",
    "quiz-lora": "prompting",
    "book-moods": "prompting",
}
