lora_needs = {
    "Gradients": "Far  Less ",
    " averages": "Far  Less ",
    "activations": "About As Much ",
    "layers": "About As Much ",
    "file": "Far  Less ",
    "examples": "About As Much ",
    "merged-size": "About As Much ",
    "merged-time": "About As Much ",
}
