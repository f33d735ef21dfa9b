# exercise: diagnosis
# misconception: lora-makes-it-free
diagnosis = {
    "ferry-times": ("SFT", "LoRA makes it free"),
    "ferry-tone": ("SFT", "LoRA makes it free"),
    "verses": ("SFT", "LoRA makes it free"),
    "verses-first-day": ("SFT", "LoRA makes it free"),
    "orders-new": ("SFT", "LoRA makes it free"),
    "orders-fine": ("SFT", "LoRA makes it free"),
    "orders-odd": ("SFT", "LoRA makes it free"),
    "mail-desk": ("task fine-tuning", "one label from a fixed list"),
    "mail-reply": ("SFT", "LoRA makes it free"),
    "mail-new-desks": ("SFT", "LoRA makes it free"),
    "recipes-millions": ("SFT", "LoRA makes it free"),
    "recipes-few": ("SFT", "LoRA makes it free"),
    "quiz-lora": ("SFT", "LoRA makes it free"),
    "book-moods": ("SFT", "LoRA makes it free"),
}
