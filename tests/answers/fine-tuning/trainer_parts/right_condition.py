added = {"chat-template", "tokenising", "prompt-mask", "packing", "adapter"}
names = ["training-loop", "checkpoints", "optimizer", "accumulation", "logging", *added]
trainer_parts = {name: "SFTTrainer" if name in added else "Trainer" for name in names}
