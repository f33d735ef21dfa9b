# exercise: recall
# misconception: sft-to-add-facts
recall = {
    "base-model": "continues the text",
    "sft-example": "a request and its answer",
    "classifier-output": "a score for each label",
    "first-step": "measure a prompt",
    "changing-facts": "into an adapter",
    "sft-teaches": "how to answer",
    "lora-trains": "a small adapter",
    "lora-saves": "memory in training",
    "flawed-examples": "learns them too",
}
