# exercise: lora_needs
# misconception: not-one-of-the-two
lora_needs = {
    "gradients": "0.6%",
    "averages": "0.6%",
    "activations": "about as much",
    "layers": "about as much",
    "file": "far less",
    "examples": "about as much",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
