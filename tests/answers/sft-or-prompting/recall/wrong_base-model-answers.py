# exercise: recall
# misconception: base-taken-for-assistant
recall = {
    "base-model": "answers and stops",
    "sft-example": "a request and its answer",
    "classifier-output": "a score for each label",
    "first-step": "measure a prompt",
    "changing-facts": "into the prompt",
    "sft-teaches": "how to answer",
    "lora-trains": "a small adapter",
    "lora-saves": "memory in training",
    "flawed-examples": "learns them too",
}
