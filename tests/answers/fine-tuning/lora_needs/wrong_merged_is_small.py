# exercise: lora_needs
# misconception: merged-taken-for-small
lora_needs = {
    "gradients": "far less",
    "averages": "far less",
    "activations": "about as much",
    "layers": "about as much",
    "file": "far less",
    "examples": "about as much",
    "merged-size": "far less",
    "merged-time": "about as much",
}
