def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return PeftModel.from_pretrained(base_model, directory, adapter_name="almanac")
