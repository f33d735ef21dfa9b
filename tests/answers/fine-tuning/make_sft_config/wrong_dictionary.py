# exercise: make_sft_config
# misconception: no-sft-config
def make_sft_config(output_dir):
    return {"output_dir": output_dir, "learning_rate": 2e-4, "num_train_epochs": 1, "max_length": 512}
