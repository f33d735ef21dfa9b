# exercise: save_and_reload
# misconception: another-adapter-saved
import peft


def save_and_reload(trainer, directory, base_model):
    fresh = peft.get_peft_model(base_model, trainer.model.peft_config["default"])
    fresh.save_pretrained(directory)
    return peft.PeftModel.from_pretrained(fresh.unload(), directory)
