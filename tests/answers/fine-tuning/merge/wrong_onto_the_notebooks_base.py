# exercise: merge
# misconception: another-model-merged
# outcome: raised
import tempfile

from peft import PeftModel


def merge(peft_model):
    with tempfile.TemporaryDirectory() as folder:
        peft_model.save_pretrained(folder)
        return PeftModel.from_pretrained(load_base(), folder).merge_and_unload()
