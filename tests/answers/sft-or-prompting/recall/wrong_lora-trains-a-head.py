# exercise: recall
# misconception: adapter-taken-for-head
recall = {
    "base-model": "continues the text",
    "sft-example": "a request and its answer",
    "classifier-output": "a score for each label",
    "first-step": "measure a prompt",
    "changing-facts": "into the prompt",
    "sft-teaches": "how to answer",
    "lora-trains": "a new last layer",
    "lora-saves": "memory in training",
    "flawed-examples": "learns them too",
}
