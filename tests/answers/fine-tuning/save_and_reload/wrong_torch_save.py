# exercise: save_and_reload
# misconception: weights-do-not-fit
# outcome: raised
import torch
from pathlib import Path
def save_and_reload(trainer, directory, base_model):
    Path(directory).mkdir(exist_ok=True, parents=True)
    torch.save(trainer.model.state_dict(), Path(directory) / "adapter.pt")
    model = PeftModel(base_model, make_lora_config())
    model.load_state_dict(torch.load(Path(directory) / "adapter.pt"))
    return model
