# exercise: lora_needs
# misconception: frozen-weights-taken-for-trained
lora_needs = {
    "gradients": "far less",
    "averages": "about as much",
    "activations": "about as much",
    "layers": "about as much",
    "file": "far less",
    "examples": "about as much",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
