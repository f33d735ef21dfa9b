# exercise: save_and_reload
# misconception: nothing-saved
# outcome: raised
def save_and_reload(trainer, directory, base_model):
    trainer.save_model()
    return PeftModel.from_pretrained(base_model, directory)
