# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] id="title"
# # LoRA
#
# *Fine-tuning LLMs, lesson 10 of 12. Serves objective 5 of the lesson.*
#
# When you are done you can **explain how LoRA makes fine-tuning affordable**: you configure an adapter, train
# it, save it, load it again, and merge it.
#
# - **Time:** about 4 minutes of reading, 20 of doing. All the code together runs in about a minute on a
#   laptop. No GPU, no downloads, no math.
# - **Builds on:** the notebook `sft-trainer` beside this one, and so on lessons 2 and 3.
# - **Leads to:** lesson 11 (data quality) and lesson 12 (reasoning models).
# - **Source:** follows chapter 11 of the [Hugging Face LLM
#   Course](https://huggingface.co/learn/llm-course/chapter11/1) (Apache-2.0) in its topics; text, pictures and
#   exercises are our own, for peft 0.21, trl 1 and transformers 5.
#
# Below each exercise a cell checks your work. After you hand in, more checks call your functions one by one,
# with models, tokenizers and rows that you have not seen. So use what a function is given. Of the names in
# this notebook, a function may use what is imported, what its exercise mentions, and helpers in its own cell.

# %% [markdown] id="side-path"
# ## 1. A narrow path beside each layer
#
# In `sft-trainer` every weight moved. For a large model that is expensive: beside each weight, training
# keeps its gradient, and running averages of it and its square. LoRA, short for *low-rank adaptation*, leaves the weights alone.
#
# ![The input goes two ways. Above, through the layer's weights, a large box that is frozen. Below, through a
# narrow path: A, trained, narrows it to a few numbers, the rank, and B, trained, widens it again. Both results
# are added and give the output.](images/side-path.svg)
#
# A linear layer is one large table of numbers. LoRA freezes it and puts a path beside it, of two thin tables.
# **A** squeezes the input into a few numbers, **B** spreads them out again. How few is the **rank**. The result
# is added to what the layer says. Only A and B are trained; together they are the **adapter**. B starts at zero,
# so at first the model is exactly the base. The library for it is **PEFT**: parameter-efficient fine-tuning.
#
# The next cell has the base, helpers as in `sft-trainer`, the almanac's questions as `prompt` and `completion`,
# and `sft_config`: settings that suit an adapter on this base.

# %% id="setup"
import json
import os
import tempfile
import time
import warnings
from copy import deepcopy
from pathlib import Path

import datasets
import torch
import transformers
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PrinterCallback,
)
from trl import SFTConfig, SFTTrainer

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
datasets.disable_progress_bars()
warnings.simplefilter("ignore", FutureWarning)  # the libraries still use some old names
torch.set_num_threads(1)  # enough for so small a model, and results repeat

tokenizer = AutoTokenizer.from_pretrained("base")


def load_base():
    """A fresh copy of the base, in 32-bit numbers."""
    return AutoModelForCausalLM.from_pretrained("base", dtype=torch.float32)


def sft_config(output_dir, learning_rate=1.8e-4):
    """Settings for a short training on a CPU. The rate suits an adapter."""
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=learning_rate,
        lr_scheduler_type="constant",  # the rate stays, instead of falling to zero
        num_train_epochs=1.25,
        per_device_train_batch_size=3,
        max_length=512,
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        logging_steps=5,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )


def train(trainer):
    """Train without a print for each log. Returns the seconds it took."""
    trainer.remove_callback(PrinterCallback)
    start = time.perf_counter()
    trainer.train()
    return time.perf_counter() - start


@torch.inference_mode()
def ask(model, questions, most=24, tokenizer=tokenizer):
    """Replies to questions in chat format: a list of (text, stopped by itself?)."""
    model.eval()
    end = tokenizer.eos_token_id
    chats = [[{"role": "user", "content": question}] for question in questions]
    texts = tokenizer.apply_chat_template(
        chats, tokenize=False, add_generation_prompt=True
    )
    batch = tokenizer(
        texts,
        padding=True,
        padding_side="left",
        add_special_tokens=False,
        return_tensors="pt",
    ).to(model.device)
    written = model.generate(
        **batch,
        max_new_tokens=most,
        do_sample=False,
        eos_token_id=end,
        pad_token_id=tokenizer.pad_token_id,
    )
    replies = []
    for ids in written[:, batch["input_ids"].shape[1] :].tolist():
        stopped = end in ids
        text = tokenizer.decode(ids[: ids.index(end)] if stopped else ids)
        replies.append((" ".join(text.split()), stopped))
    return replies


def shown(reply):
    """A reply in one line, with what the model did at its end."""
    text, stopped = reply
    return f"{text}  [stops]" if stopped else f"{text[:48]} ...  [goes on]"


@torch.inference_mode()
def logits(model):
    """The scores that a model gives to each possible next token, for one fixed text."""
    model.eval()
    return model(**tokenizer("The capital of", return_tensors="pt")).logits


def read(path):
    """The records with a single question, in a file with one JSON object on each line."""
    records = [
        json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()
    ]
    return [record for record in records if "question" in record]


train_dataset = Dataset.from_list(
    [
        {
            "prompt": [{"role": "user", "content": record["question"]}],
            "completion": [{"role": "assistant", "content": record["answer"]}],
        }
        for record in read("almanac/train.jsonl")
    ]
)
held_out = read("almanac/held_out.jsonl")
questions = [record["question"] for record in held_out]
print(
    len(train_dataset),
    "rows to train on,",
    len(questions),
    "questions about other countries",
)

# %% [markdown] id="three-choices"
# ## 2. Where, how wide, how strong
#
# - **Where** (`target_modules`). `"all-linear"` means every linear layer except the last one, which gives the
#   tokens' scores. It is a bare string: the list `["all-linear"]` raises an error. If you say nothing, peft picks
#   two of the seven linear layers in each block of a Llama, `q_proj` and `v_proj`. On our base, at rank and alpha 8, a
#   third of the answers are right then.
# - **How wide** (`r`, the rank). Usual ranks go from 8 to 32.
# - **How strong** (`lora_alpha`). What the adapter adds is multiplied by alpha divided by rank. That evens out what a
#   higher rank adds, so mostly alpha sets the pace: with 4 it crawls. Usual is the rank or twice the rank.
#
# `task_type="CAUSAL_LM"` is usual for a model that writes text.

# %% [markdown] id="exercise-1"
# ### Exercise 1: `make_lora_config`
#
# *Objective 5: explain how LoRA/PEFT makes fine-tuning affordable.*
#
# Write `make_lora_config()`. It takes nothing and returns a `LoraConfig`: an adapter on all linear layers but the
# last, of a usual rank and strength. The adapter is trained, and nothing beside it. With it and `sft_config` the
# autograder trains the base, and asks 60 questions: at least 48 answers should be right, and 48 should stop. Fields
# for single layers (`rank_pattern`, ...) and an `init_lora_weights` other than the default or `"gaussian"` are not
# accepted.

# %% solution="make_lora_config"
def make_lora_config():
    """Return a LoraConfig: an adapter on all linear layers but the last, of a usual rank and strength."""
    ### BEGIN SOLUTION
    return LoraConfig(
        r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    ### END SOLUTION

# %% checks="make_lora_config" points=7
def check_make_lora_config():
    config = make_lora_config()
    assert isinstance(config, LoraConfig), (
        f"make_lora_config should return a LoraConfig, but it returned {type(config).__name__}."
    )
    try:
        adapted = get_peft_model(load_base(), config)
    except ValueError as error:
        raise AssertionError(
            f"peft cannot put this adapter on the base: {error}"
        ) from None
    layers = {
        name.split(".")[-1]
        for name, module in adapted.named_modules()
        if hasattr(module, "lora_A")
    }
    linear = {
        "q_proj",
        "k_proj",
        "v_proj",
        "o_proj",
        "gate_proj",
        "up_proj",
        "down_proj",
    }
    assert linear <= layers, (
        f"These linear layers have no adapter: {sorted(linear - layers)}. Which string means all of them?"
    )
    assert "lm_head" not in layers, (
        "The last layer has an adapter, too. SFTTrainer does not train that."
    )
    moving = [
        name
        for name, parameter in adapted.named_parameters()
        if parameter.requires_grad
    ]
    assert moving, (
        "Nothing could be trained with this config: the adapter is frozen too."
    )
    assert all("lora_" in name for name in moving), (
        "More than the adapter would be trained."
    )
    print("make_lora_config: an adapter on", ", ".join(sorted(layers)))


check_make_lora_config()

# %% [markdown] id="how-much"
# ## 3. How much is trained?
#
# Each parameter is a tensor, and its `requires_grad` says whether training may move it.
#
# One trap: in our base, as in many small models, the first table, which reads tokens, and the last layer are
# *tied*, one tensor with two names. `model.parameters()` gives it once, `state_dict()` twice.

# %% [markdown] id="exercise-2"
# ### Exercise 2: `trainable_share`
#
# *Objective 5: explain how LoRA/PEFT makes fine-tuning affordable.*
#
# Write `trainable_share(model)`. It takes any model, and returns which share of the numbers in all its parameters
# training may move: a `float` in 0…1, not in percent. An adapter's numbers are among all, and tied weights count once.

# %% solution="trainable_share"
def trainable_share(model):
    """Return the share of the model's numbers that training may move, a float from 0 to 1."""
    ### BEGIN SOLUTION
    parameters = list(model.parameters())
    moving = sum(
        parameter.numel() for parameter in parameters if parameter.requires_grad
    )
    return moving / sum(parameter.numel() for parameter in parameters)
    ### END SOLUTION

# %% checks="trainable_share" points=5
def check_trainable_share():
    small = torch.nn.Sequential(
        torch.nn.Linear(4, 2), torch.nn.Linear(2, 2)
    )  # 10 numbers and 6 numbers
    share = trainable_share(small)
    assert isinstance(share, float), (
        f"The share should be a float, but it is {type(share).__name__}."
    )
    assert share == 1.0, (
        f"Every number of this model may move, so its share is 1.0; yours is {share}."
    )
    small[0].requires_grad_(False)
    assert abs(trainable_share(small) - 6 / 16) < 1e-9, (
        f"Of 16 numbers 6 may move, so the share is 0.375; yours is {trainable_share(small)}."
    )
    small.requires_grad_(False)
    assert trainable_share(small) == 0, (
        "Of a frozen model nothing may move, so its share is 0."
    )
    share = trainable_share(load_base())
    assert share == 1.0, (
        f"Of the base every number may move, so its share is 1.0; yours is {share}. Do tied weights count once?"
    )
    share = trainable_share(get_peft_model(load_base(), make_lora_config()))
    print(
        f"trainable_share: {share:.1%} of all numbers may move, all of them the adapter's."
    )


check_trainable_share()

# %% [markdown] id="train-the-adapter"
# ## 4. Train the adapter
#
# Give `SFTTrainer` the *plain* model, and the config as `peft_config`. It puts the adapter on and freezes the
# rest. If you wrap the model yourself and hand over a `peft_config` too, you get a `ValueError`.

# %% [markdown] id="exercise-3"
# ### Exercise 3: `build_lora_trainer`
#
# *Objective 5: explain how LoRA/PEFT makes fine-tuning affordable.*
#
# Write `build_lora_trainer(model, tokenizer, train_dataset)`. It is `build_trainer` of the other notebook, with
# the adapter: it returns an `SFTTrainer` with a `PeftModel`, not yet trained. Its settings come from `sft_config`,
# with any folder you like, its adapter from *your* `make_lora_config`. `train_dataset` already has `prompt` and
# `completion`. Change none of the three yourself, nor their settings.

# %% solution="build_lora_trainer"
def build_lora_trainer(model, tokenizer, train_dataset):
    """Return an SFTTrainer that trains an adapter on this model, with this tokenizer, on these rows."""
    ### BEGIN SOLUTION
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
    ### END SOLUTION

# %% checks="build_lora_trainer" points=7
def check_build_lora_trainer():
    some_rows = train_dataset.select(range(20))
    trainer = build_lora_trainer(load_base(), tokenizer, some_rows)
    assert isinstance(trainer, SFTTrainer), (
        f"build_lora_trainer should return an SFTTrainer, but it returned {type(trainer).__name__}."
    )
    assert isinstance(trainer.model, PeftModel), (
        "The trainer's model has no adapter. Which argument of SFTTrainer takes the config?"
    )
    assert trainer.processing_class is tokenizer, (
        "The trainer should hold the tokenizer that it was given."
    )
    assert trainer.args.learning_rate == sft_config("runs/a-folder").learning_rate, (
        "The trainer's settings are not those of sft_config."
    )
    assert trainer.model.active_peft_config.r == make_lora_config().r, (
        "The adapter is not the one of make_lora_config."
    )
    assert all(
        ("lora_" in name) == one.requires_grad
        for name, one in trainer.model.named_parameters()
    ), "The adapter should be trained, and nothing beside it."
    print("build_lora_trainer: an SFTTrainer, ready to train the adapter alone.")


check_build_lora_trainer()

# %% id="training"
lora_trainer = build_lora_trainer(load_base(), tokenizer, train_dataset)
lora_seconds = train(lora_trainer)
tuned = lora_trainer.model
print(f"trained in {lora_seconds:.0f} seconds\n")
for question, reply in zip(questions[:4], ask(tuned, questions[:4]), strict=True):
    print(f"{question}\n  {shown(reply)}")

# %% [markdown] id="what-moved"
# An assistant again. What moved? Compare each tensor with the base's file, then switch the adapter off:

# %% id="frozen-and-moved"
original = load_base().state_dict()
frozen = {
    name.removeprefix("base_model.model.").replace(".base_layer", ""): parameter
    for name, parameter in tuned.named_parameters()
    if "lora_" not in name
}
changed = sum(
    not torch.equal(parameter, original[name]) for name, parameter in frozen.items()
)
print(f"Tensors of the base that changed: {changed} of {len(frozen)}")

spread = [parameter for name, parameter in tuned.named_parameters() if "lora_B" in name]
print(
    f"Tensors B that left zero:         {sum(bool(one.any()) for one in spread)} of {len(spread)}\n"
)

with tuned.disable_adapter():
    print("With the adapter switched off:", shown(ask(tuned, questions[:1])[0]))

# %% [markdown] id="save"
# ## 5. Save it, load it
#
# Of the model's weights, only the adapter is saved: `adapter_model.safetensors`. `adapter_config.json` says how it
# was made and where its base came from. (The trainer adds the tokenizer.) **An adapter is not a model**: without its base
# it cannot answer. (`AutoModelForCausalLM.from_pretrained(folder)` follows the noted path, and fails where that leads
# nowhere.) Load the base you mean, then put the adapter on with `PeftModel.from_pretrained(base, folder)`.

# %% [markdown] id="exercise-4"
# ### Exercise 4: `save_and_reload`
#
# *Objective 5: explain how LoRA/PEFT makes fine-tuning affordable.*
#
# Write `save_and_reload(trainer, directory, base_model)`. It takes a trained LoRA trainer, the name of a folder
# and a fresh base. It saves the trainer's adapter into the folder, as lesson 3 saved a model
# (`trainer.save_model`), and returns a `PeftModel`: the adapter from the folder, on `base_model`.

# %% solution="save_and_reload"
def save_and_reload(trainer, directory, base_model):
    """Save the trained adapter into the directory, and return it on base_model."""
    ### BEGIN SOLUTION
    trainer.save_model(directory)
    return PeftModel.from_pretrained(base_model, directory)
    ### END SOLUTION

# %% checks="save_and_reload" points=6
def check_save_and_reload():
    fresh = load_base()
    with tempfile.TemporaryDirectory() as folder:
        reloaded = save_and_reload(lora_trainer, folder, fresh)
        saved = {path.name for path in Path(folder).iterdir()}
    assert {"adapter_config.json", "adapter_model.safetensors"} <= saved, (
        f"The folder should hold the adapter's config and weights. It holds {sorted(saved) or 'nothing'}."
    )
    assert "model.safetensors" not in saved, (
        "The folder holds a whole model. The adapter alone is enough."
    )
    assert isinstance(reloaded, PeftModel), (
        f"save_and_reload should return a PeftModel, but it returned {type(reloaded).__name__}."
    )
    assert reloaded is not lora_trainer.model, (
        "This is the trainer's own model, not one loaded from the folder."
    )
    assert reloaded.get_base_model() is fresh, (
        "The adapter should sit on the base_model that was given."
    )
    assert torch.allclose(logits(reloaded), logits(tuned), atol=1e-4), (
        "The model from the folder answers differently from the trained one."
    )
    print("save_and_reload: folder and base together give the trained model back.")


check_save_and_reload()

# %% [markdown] id="merge-it"
# ## 6. Merge it
#
# The side path costs a little time for each token. After training, its effect can be added to the frozen
# weights. `merge_and_unload()` does that and **returns** the plain model, as large as the base and free of peft.
# Keep the adapter's file: you cannot get it back out.

# %% [markdown] id="exercise-5"
# ### Exercise 5: `merge`
#
# *Objective 5: explain how LoRA/PEFT makes fine-tuning affordable.*
#
# Write `merge(peft_model)`. It takes a model with an adapter and returns the plain model, whose scores for the next
# token (logits) equal those of the model with its adapter.

# %% solution="merge"
def merge(peft_model):
    """Return the plain model, with the adapter's effect in its weights."""
    ### BEGIN SOLUTION
    return peft_model.merge_and_unload()
    ### END SOLUTION

# %% checks="merge" points=5
def check_merge():
    before = logits(tuned)
    merged = merge(deepcopy(tuned))
    assert merged is not None, (
        "merge gives nothing back. What does the method of peft return?"
    )
    assert isinstance(merged, PreTrainedModel), (
        f"merge should return the plain model; what it returned is {type(merged).__name__}."
    )
    assert not any("lora_" in name for name, _ in merged.named_parameters()), (
        "There is still an adapter inside."
    )
    whole = load_base()
    whole.load_state_dict(merged.state_dict(), strict=False)  # a copy of a trainer's model answers as the original
    assert torch.allclose(logits(whole), before, atol=1e-3), (
        "The merged model answers differently from the model with its adapter."
    )
    print("merge: a plain", type(merged).__name__, "that answers as the adapter did.")


check_merge()

# %% [markdown] id="side-by-side-intro"
# ## 7. LoRA and full SFT side by side
#
# The same rows and as many steps, once with all weights and once with your adapter. Each has the rate that suits
# it: an adapter wants a higher one than full SFT. (Larger batches, as in `sft-trainer`, want higher rates.)

# %% id="side-by-side"
facts = [record["answer"].rstrip(".").split()[-1] for record in held_out]


def table_row(name, model, seconds):
    """One line of the table. The file is what save_pretrained writes."""
    replies = ask(model, questions)
    right = sum(
        fact in text.replace(".", " ").split()
        for fact, (text, _) in zip(facts, replies, strict=True)
    )
    stopped = sum(stopped for _, stopped in replies)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        size = (
            sum(path.stat().st_size for path in Path(folder).glob("*.safetensors"))
            / 1e6
        )
    share = f"{trainable_share(model):.1%}" if seconds else "-"
    time_taken = f"{seconds:.0f} s" if seconds else "-"
    print(
        f"{name:<10}{share:>9}{time_taken:>9}{right:>7}/{len(facts)}{stopped:>7}/{len(facts)}{size:>9.1f} MB"
    )


print(f"{'':<10}{'trained':>9}{'time':>9}{'right':>10}{'stops':>10}{'file':>12}")
table_row("base", load_base(), None)
table_row("LoRA", tuned, lora_seconds)
full_trainer = SFTTrainer(
    model=load_base(),
    args=sft_config("runs/full", learning_rate=5e-5),
    train_dataset=train_dataset,
    processing_class=tokenizer,
)
full_seconds = train(full_trainer)
table_row("full SFT", full_trainer.model, full_seconds)
for name, trained in (("LoRA", lora_trainer), ("full SFT", full_trainer)):
    kept = [one for state in trained.optimizer.state.values() for one in state.values()]
    averages = sum(one.nbytes for one in kept if torch.is_tensor(one) and one.dim())
    print(f"{name}: beside the weights, Adam keeps {averages / 1e6:.1f} MB of averages")

# %% [markdown] id="small-and-large"
# LoRA saves no time on a model this small. But one base can serve many tasks, each with its own small adapter.
#
# ## 8. Seven billion parameters
#
# While it trains, a graphics card holds about:
#
# | | frozen weights | what is trained | together |
# |---|---|---|---|
# | full fine-tuning | none | 7 billion × 16 bytes | **112 GB** |
# | LoRA | 7 billion × 2 bytes | 40 million × 16 bytes | **15 GB** |
# | 4-bit LoRA (QLoRA) | 7 billion × 0.52 bytes | 40 million × 16 bytes | **4 GB** |
#
# - *16 bytes*: 4 for the weight, 4 for its gradient, 8 for the two averages, kept by the optimizer, Adam
#   ([ZeRO](https://arxiv.org/abs/1910.02054) counts 2 + 2 + 12).
# - *2 bytes*: a 16-bit weight. Frozen, it needs no gradient and no optimizer
#   ([LoRA](https://arxiv.org/abs/2106.09685)). 40 million, 0.6 %, is rank 16 on all linear layers of Llama 2 7B.
# - *0.52 bytes*: 4 bits and their scales ([QLoRA](https://arxiv.org/abs/2305.14314)).
#
# **What LoRA does not save.** *Examples*: it needs as many. *Activations*, what layers keep until the step is
# done, are not in the table: they grow with batch and length, and LoRA needs about as many. A step needs up to a
# third less arithmetic: every text still goes through the whole model. Merged, it is as slow and as large as the base.

# %% [markdown] id="exercise-6"
# ### Exercise 6: `lora_needs`
#
# *Objective 5: explain how LoRA/PEFT makes fine-tuning affordable.*
#
# Seven billion parameters, fully fine-tuned or with LoRA: the same batch and length, and both answering in 16 bits
# afterwards. For each line: does LoRA need `"far less"` or `"about as much"`? Rows on the same subject are marked
# together: all of them right, or no points for them.
#
# | name | what |
# |---|---|
# | `gradients` | training memory: gradients of weights |
# | `averages` | training memory: Adam's averages |
# | `activations` | training memory: activations |
# | `layers` | layers of the base that each text crosses |
# | `file` | disk space for one more task: the base is there, nothing is merged |
# | `examples` | good examples to learn from |
# | `merged-size` | memory to answer questions with, once merged |
# | `merged-time` | time to answer a question, once merged |
#
# Write one of the two strings between the quotes of each line in the next cell, and delete the lines
# `# YOUR CODE HERE` and `raise NotImplementedError()`.

# %% solution="lora_needs"
lora_needs = {
    "gradients": "",
    "averages": "",
    "activations": "",
    "layers": "",
    "file": "",
    "examples": "",
    "merged-size": "",
    "merged-time": "",
}
### BEGIN SOLUTION
lora_needs = {
    "gradients": "far less",
    "averages": "far less",
    "activations": "about as much",
    "layers": "about as much",
    "file": "far less",
    "examples": "about as much",
    "merged-size": "about as much",
    "merged-time": "about as much",
}
### END SOLUTION

# %% checks="lora_needs" points=5
def check_lora_needs():
    names = (
        "gradients averages activations layers file examples merged-size merged-time"
    )
    assert isinstance(lora_needs, dict), "lora_needs should be a dictionary."
    missing = [name for name in names.split() if name not in lora_needs]
    assert not missing, f"These names are not in your dictionary yet: {missing}."
    unknown = [name for name in lora_needs if name not in names.split()]
    assert not unknown, f"These names are not in the table: {unknown}. A typing error?"
    for name, value in lora_needs.items():
        assert value in ("far less", "about as much"), (
            f"{name}: {value!r} should be 'far less' or 'about as much'."
        )
    print("lora_needs: the form is right. Every name has its word.")


check_lora_needs()

# %% [markdown] id="on-a-gpu"
# ## 9. The same recipe on a GPU
#
# Again SmolLM2-135M-Instruct, where there is a GPU and the model. There the adapter gets several times the
# rate of full fine-tuning: 2e-4.
#
# For 4 bits as in the table above, hand `SFTTrainer` the model's *name* and, beside `peft_config`, as
# `quantization_config` a `BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4",
# bnb_4bit_use_double_quant=True)`; it needs the library bitsandbytes. `activation_checkpointing`, on by default,
# saves memory of activations: a step then takes about a fifth longer.

# %% id="smollm2"
folder = Path(os.environ.get("COURSE_SMOLLM2", "SmolLM2-135M-Instruct"))

if torch.cuda.is_available() and folder.is_dir():
    real_tokenizer = AutoTokenizer.from_pretrained(folder)
    real_trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16),
        args=SFTConfig(
            output_dir="runs/smollm2-lora",
            learning_rate=2e-4,
            warmup_steps=0.1,
            num_train_epochs=2,
            per_device_train_batch_size=16,
            max_length=512,
            bf16=True,
            activation_checkpointing=False,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
        ),
        train_dataset=train_dataset,
        processing_class=real_tokenizer,
        peft_config=make_lora_config(),
    )
    print(
        f"{trainable_share(real_trainer.model):.1%} of SmolLM2 is trained, in {train(real_trainer):.0f} seconds"
    )
    for question, reply in zip(
        questions[:4],
        ask(real_trainer.model, questions[:4], tokenizer=real_tokenizer),
        strict=True,
    ):
        print(f"{question}\n  {shown(reply)}")
else:
    print("No GPU, or no model in", folder, "- nothing to run here.")

# %% [markdown] id="summary"
# ## What to remember
#
# | You want | Beware of |
# |---|---|
# | an adapter everywhere | `["all-linear"]` as a list; the default, q and v alone |
# | one that learns | a very small alpha |
# | one adapter | wrapping the model *and* giving `peft_config` |
# | to use it later | an adapter folder without its base |
# | a plain model | throwing away what `merge_and_unload` returns |
#
# *LoRA trains a narrow path beside frozen weights. It saves memory and storage, not examples.* What makes
# examples good is lesson 11. In lesson 12 models learn to reason, often with adapters like yours.
