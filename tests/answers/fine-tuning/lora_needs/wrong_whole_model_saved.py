# exercise: lora_needs
# misconception: adapter-taken-for-large
lora_needs = {
    "gradients": "far less",
    "averages": "far less",
    "activations": "about as much",
    "layers": "about as much",
    "file": "about as much",
    "examples": "about as much",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
