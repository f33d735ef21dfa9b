# exercise: recall
# misconception: not-a-dictionary
recall = [
    "continues the text",
    "a request and its answer",
    "a score for each label",
    "measure a prompt",
    "into the prompt",
    "how to answer",
    "a small adapter",
    "memory in training",
    "learns them too",
]
