# exercise: trainer_parts
# misconception: no-dictionary
trainer_parts = ["chat-template", "prompt-mask", "tokenising", "adapter", "packing"]
