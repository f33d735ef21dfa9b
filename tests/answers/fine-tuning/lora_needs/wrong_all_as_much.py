# exercise: lora_needs
# misconception: lora-saves-nothing
lora_needs = {
    "gradients": "about as much",
    "averages": "about as much",
    "activations": "about as much",
    "layers": "about as much",
    "file": "about as much",
    "examples": "about as much",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
