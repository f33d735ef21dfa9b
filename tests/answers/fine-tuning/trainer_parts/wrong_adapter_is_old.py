# exercise: trainer_parts
# misconception: trainer-adds-adapters
trainer_parts = {
    "training-loop": "Trainer",
    "checkpoints": "Trainer",
    "optimizer": "Trainer",
    "accumulation": "Trainer",
    "logging": "Trainer",
    "chat-template": "SFTTrainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "SFTTrainer",
    "adapter": "Trainer",
    "packing": "SFTTrainer",
}
