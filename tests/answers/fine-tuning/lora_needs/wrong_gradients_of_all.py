# exercise: lora_needs
# misconception: frozen-weights-taken-for-trained
lora_needs = {
    "gradients": "about as much",
    "averages": "far less",
    "activations": "about as much",
    "layers": "about as much",
    "file": "far less",
    "examples": "about as much",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
