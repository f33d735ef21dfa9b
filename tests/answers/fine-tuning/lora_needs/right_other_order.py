lora_needs = {
    "merged-time": "about as much",
    "merged-size": "about as much",
    "examples": "about as much",
    "file": "far less",
    "layers": "about as much",
    "activations": "about as much",
    "averages": "far less",
    "gradients": "far less",
}
