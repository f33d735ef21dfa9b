recall = {
    "Base-Model": "Continues the text",
    "sft-example": " a request and its answer",
    "classifier-output": "A score for each label ",
    "first-step": "Measure a prompt",
    "changing-facts": "into  the prompt",
    "sft-teaches": "how to answer\n",
    "lora-trains": "a small adapter",
    "lora-saves": "Memory in training",
    "flawed-examples": "learns them too",
}
