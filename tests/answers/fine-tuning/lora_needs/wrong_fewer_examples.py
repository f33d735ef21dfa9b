# exercise: lora_needs
# misconception: examples-saved
lora_needs = {
    "gradients": "far less",
    "averages": "far less",
    "activations": "about as much",
    "layers": "about as much",
    "file": "far less",
    "examples": "far less",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
