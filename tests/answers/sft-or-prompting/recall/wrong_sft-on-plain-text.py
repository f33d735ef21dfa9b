# exercise: recall
# misconception: pretraining-taken-for-sft
recall = {
    "base-model": "continues the text",
    "sft-example": "a text alone",
    "classifier-output": "a score for each label",
    "first-step": "measure a prompt",
    "changing-facts": "into the prompt",
    "sft-teaches": "how to answer",
    "lora-trains": "a small adapter",
    "lora-saves": "memory in training",
    "flawed-examples": "learns them too",
}
