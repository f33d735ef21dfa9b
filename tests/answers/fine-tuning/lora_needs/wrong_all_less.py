# exercise: lora_needs
# misconception: lora-saves-everything
lora_needs = {
    "gradients": "far less",
    "averages": "far less",
    "activations": "far less",
    "layers": "far less",
    "file": "far less",
    "examples": "far less",
    "merged-size": "far less",
    "merged-time": "far less",
}
