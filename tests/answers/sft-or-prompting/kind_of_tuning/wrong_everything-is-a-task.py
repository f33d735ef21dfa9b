# exercise: kind_of_tuning
# misconception: every-tuning-is-a-task
kind_of_tuning = {
    "class-number": "task fine-tuning",
    "written-answer": "task fine-tuning",
    "conversation": "task fine-tuning",
    "new-layer": "task fine-tuning",
    "next-token": "task fine-tuning",
    "score-per-label": "task fine-tuning",
    "generates": "task fine-tuning",
    "highest-score": "task fine-tuning",
    "one-more-label": "task fine-tuning",
    "two-outputs": "task fine-tuning",
    "follows-instructions": "task fine-tuning",
    "many-requests": "task fine-tuning",
}
