# exercise: kind_of_tuning
# misconception: supervised-means-sft
kind_of_tuning = {
    "class-number": "SFT",
    "written-answer": "SFT",
    "conversation": "SFT",
    "new-layer": "SFT",
    "next-token": "SFT",
    "score-per-label": "SFT",
    "generates": "SFT",
    "highest-score": "SFT",
    "one-more-label": "SFT",
    "two-outputs": "SFT",
    "follows-instructions": "SFT",
    "many-requests": "SFT",
}
