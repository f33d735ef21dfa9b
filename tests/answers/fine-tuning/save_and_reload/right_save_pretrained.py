import peft


def save_and_reload(trainer, directory, base_model):
    trainer.model.save_pretrained(directory)
    model = peft.PeftModelForCausalLM.from_pretrained(base_model, directory, is_trainable=False)
    return model.eval()
