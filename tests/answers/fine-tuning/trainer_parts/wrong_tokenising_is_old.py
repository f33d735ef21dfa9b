# exercise: trainer_parts
# misconception: trainer-reads-messages
trainer_parts = {
    "training-loop": "Trainer",
    "checkpoints": "Trainer",
    "optimizer": "Trainer",
    "accumulation": "Trainer",
    "logging": "Trainer",
    "chat-template": "SFTTrainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "Trainer",
    "adapter": "SFTTrainer",
    "packing": "SFTTrainer",
}
