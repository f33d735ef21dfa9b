less = {"gradients", "averages", "file"}
names = ["activations", "layers", "examples", "merged-size", "merged-time", *less]
lora_needs = {name: "far less" if name in less else "about as much" for name in names}
