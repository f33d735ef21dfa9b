# exercise: kind_of_tuning
# misconception: not-a-dictionary
kind_of_tuning = [
    ("class-number", "task fine-tuning"),
    ("written-answer", "SFT"),
    ("conversation", "SFT"),
    ("new-layer", "task fine-tuning"),
    ("next-token", "SFT"),
    ("score-per-label", "task fine-tuning"),
    ("generates", "SFT"),
    ("highest-score", "task fine-tuning"),
    ("one-more-label", "task fine-tuning"),
    ("two-outputs", "task fine-tuning"),
    ("follows-instructions", "SFT"),
    ("many-requests", "SFT"),
]
