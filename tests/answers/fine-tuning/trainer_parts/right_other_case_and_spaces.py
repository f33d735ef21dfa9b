trainer_parts = {
    "training-loop": "trainer ",
    "checkpoints": "trainer ",
    "optimizer": "trainer ",
    "accumulation": "trainer ",
    "logging": "trainer ",
    "chat-template": " sfttrainer",
    "prompt-mask": " sfttrainer",
    "tokenising": " sfttrainer",
    "adapter": " sfttrainer",
    "packing": " sfttrainer",
}
