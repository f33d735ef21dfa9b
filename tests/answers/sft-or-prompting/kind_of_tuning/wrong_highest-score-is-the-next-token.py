# exercise: kind_of_tuning
# misconception: scores-taken-for-text
kind_of_tuning = {
    "class-number": "task fine-tuning",
    "written-answer": "SFT",
    "conversation": "SFT",
    "new-layer": "task fine-tuning",
    "next-token": "SFT",
    "score-per-label": "task fine-tuning",
    "generates": "SFT",
    "highest-score": "SFT",
    "one-more-label": "SFT",
    "two-outputs": "task fine-tuning",
    "follows-instructions": "SFT",
    "many-requests": "SFT",
}
