# exercise: recall
# misconception: scores-taken-for-text
recall = {
    "base-model": "continues the text",
    "sft-example": "a request and its answer",
    "classifier-output": "a written answer",
    "first-step": "measure a prompt",
    "changing-facts": "into the prompt",
    "sft-teaches": "how to answer",
    "lora-trains": "a small adapter",
    "lora-saves": "memory in training",
    "flawed-examples": "learns them too",
}
