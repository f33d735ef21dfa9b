trainer_parts = {
    "training-loop": "Trainer",
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
