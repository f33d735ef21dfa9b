def save_and_reload(trainer, directory, base_model):
    trainer.args.output_dir = directory
    trainer.save_model()
    return PeftModel.from_pretrained(base_model, directory)
