# exercise: trainer_parts
# misconception: nothing-is-new
trainer_parts = {
    "training-loop": "Trainer",
    "checkpoints": "Trainer",
    "optimizer": "Trainer",
    "accumulation": "Trainer",
    "logging": "Trainer",
    "chat-template": "Trainer",
    "prompt-mask": "Trainer",
    "tokenising": "Trainer",
    "adapter": "Trainer",
    "packing": "Trainer",
}
