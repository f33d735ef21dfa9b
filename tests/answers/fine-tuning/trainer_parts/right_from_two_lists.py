old = "training-loop checkpoints optimizer accumulation logging".split()
new = "chat-template prompt-mask tokenising adapter packing".split()
trainer_parts = dict.fromkeys(old, "Trainer") | dict.fromkeys(new, "SFTTrainer")
