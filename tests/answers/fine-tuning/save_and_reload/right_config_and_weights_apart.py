from peft import PeftConfig, get_peft_model, load_peft_weights, set_peft_model_state_dict


def save_and_reload(trainer, directory, base_model):
    """Saves, then puts an adapter on the base and fills it with the weights of the folder."""
    trainer.model.save_pretrained(directory)
    model = get_peft_model(base_model, PeftConfig.from_pretrained(directory))
    set_peft_model_state_dict(model, load_peft_weights(directory))
    return model
