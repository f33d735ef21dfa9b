# exercise: trainer_parts
# misconception: records-taken-for-new
trainer_parts = {
    "training-loop": "Trainer",
    "checkpoints": "SFTTrainer",
    "optimizer": "Trainer",
    "accumulation": "Trainer",
    "logging": "Trainer",
    "chat-template": "SFTTrainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "SFTTrainer",
    "adapter": "SFTTrainer",
    "packing": "SFTTrainer",
}
