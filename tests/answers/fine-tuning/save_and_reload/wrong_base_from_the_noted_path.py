# exercise: save_and_reload
# misconception: adapter-loaded-as-a-model
# outcome: raised
from peft import AutoPeftModelForCausalLM


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return AutoPeftModelForCausalLM.from_pretrained(directory)
