# exercise: lora_needs
# misconception: no-dictionary
lora_needs = ["gradients", "averages", "file"]
