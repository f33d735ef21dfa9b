# exercise: kind_of_tuning
# misconception: kinds-swapped
kind_of_tuning = {
    "class-number": "SFT",
    "written-answer": "task fine-tuning",
    "conversation": "task fine-tuning",
    "new-layer": "SFT",
    "next-token": "task fine-tuning",
    "score-per-label": "SFT",
    "generates": "task fine-tuning",
    "highest-score": "SFT",
    "one-more-label": "SFT",
    "two-outputs": "SFT",
    "follows-instructions": "task fine-tuning",
    "many-requests": "task fine-tuning",
}
