# exercise: save_and_reload
# misconception: not-safetensors
def save_and_reload(trainer, directory, base_model):
    trainer.model.save_pretrained(directory, safe_serialization=False)
    return PeftModel.from_pretrained(base_model, directory)
