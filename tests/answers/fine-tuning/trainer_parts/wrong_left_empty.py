# exercise: trainer_parts
# misconception: not-one-of-the-two
trainer_parts = {
    "training-loop": "",
    "checkpoints": "Trainer",
    "optimizer": "Trainer",
    "accumulation": "Trainer",
    "logging": "",
    "chat-template": "SFTTrainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "SFTTrainer",
    "adapter": "SFTTrainer",
    "packing": "SFTTrainer",
}
