# exercise: trainer_parts
# misconception: loop-taken-for-new
trainer_parts = {
    "training-loop": "SFTTrainer",
    "checkpoints": "Trainer",
    "optimizer": "Trainer",
    "accumulation": "Trainer",
    "logging": "Trainer",
    "chat-template": "SFTTrainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "SFTTrainer",
    "adapter": "SFTTrainer",
    "packing": "SFTTrainer",
}
