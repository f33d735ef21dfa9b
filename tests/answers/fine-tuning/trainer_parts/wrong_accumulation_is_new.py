# exercise: trainer_parts
# misconception: loop-taken-for-new
trainer_parts = {
    "training-loop": "Trainer",
    "checkpoints": "Trainer",
    "optimizer": "Trainer",
    "accumulation": "SFTTrainer",
    "logging": "Trainer",
    "chat-template": "SFTTrainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "SFTTrainer",
    "adapter": "SFTTrainer",
    "packing": "SFTTrainer",
}
