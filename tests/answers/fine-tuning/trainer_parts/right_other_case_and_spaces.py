trainer_parts = {
    "Training-Loop": "trainer ",
    "checkpoints": "trainer ",
    "optimizer": "trainer ",
    "accumulation": "trainer ",
    "logging": "trainer ",
    "chat-template": " sfttrainer",
    "prompt-mask": " sfttrainer",
    "tokenising": " sfttrainer",
    "adapter": " sfttrainer",
    "packing ": " sfttrainer",
}
