# exercise: lora_needs
# misconception: step-taken-for-cheap
lora_needs = {
    "gradients": "far less",
    "averages": "far less",
    "activations": "far less",
    "layers": "about as much",
    "file": "far less",
    "examples": "about as much",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
