# exercise: lora_needs
# misconception: not-one-of-the-two
lora_needs = {
    "gradients": "far less",
    "averages": "",
    "activations": "",
    "layers": "",
    "file": "",
    "examples": "",
    "merged-size": "",
    "merged-time": "",
}
