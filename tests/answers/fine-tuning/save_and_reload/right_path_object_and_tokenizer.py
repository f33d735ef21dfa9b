from pathlib import Path

from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    trainer.accelerator.unwrap_model(trainer.model).save_pretrained(folder, safe_serialization=True)
    trainer.processing_class.save_pretrained(folder)
    return PeftModel.from_pretrained(base_model, str(folder), adapter_name="default", is_trainable=True)
