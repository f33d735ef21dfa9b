lora_needs = dict.fromkeys(["gradients", "averages", "file"], "far less")
lora_needs.update(dict.fromkeys("activations layers examples merged-size merged-time".split(), "about as much"))
