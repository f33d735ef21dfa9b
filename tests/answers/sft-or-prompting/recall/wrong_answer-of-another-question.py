# exercise: recall
# misconception: not-from-the-list
recall = {
    "base-model": "continues the text",
    "sft-example": "a request and its answer",
    "classifier-output": "a score for each label",
    "first-step": "measure a prompt",
    "changing-facts": "into the prompt",
    "sft-teaches": "how to answer",
    "lora-trains": "a small adapter",
    "lora-saves": "a small adapter",
    "flawed-examples": "learns them too",
}
