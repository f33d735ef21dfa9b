# exercise: save_and_reload
# misconception: adapter-not-loaded
from peft import PeftConfig, get_peft_model


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return get_peft_model(base_model, PeftConfig.from_pretrained(directory))
