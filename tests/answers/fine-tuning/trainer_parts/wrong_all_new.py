# exercise: trainer_parts
# misconception: all-of-it-is-new
trainer_parts = {
    "training-loop": "SFTTrainer",
    "checkpoints": "SFTTrainer",
    "optimizer": "SFTTrainer",
    "accumulation": "SFTTrainer",
    "logging": "SFTTrainer",
    "chat-template": "SFTTrainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "SFTTrainer",
    "adapter": "SFTTrainer",
    "packing": "SFTTrainer",
}
