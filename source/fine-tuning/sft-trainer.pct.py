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
# # SFTTrainer
#
# *Fine-tuning LLMs, lesson 10 of 12. Serves objective 4 of the lesson.*
#
# When you are done you can **describe `SFTTrainer` and how it relates to `Trainer`**: you prepare records,
# choose settings, and train a base model until it answers questions and stops.
#
# - **Time:** about 5 minutes of reading, 20 of doing. All the code together runs in under a minute on a
#   laptop. No GPU, no downloads, no math.
# - **Builds on:** lesson 2 (prompting with `pipeline`), lesson 3 (task fine-tuning with `Trainer`) and the
#   assignment `chat-templates`.
# - **Leads to:** the notebook `lora` beside this one, lesson 11 (data quality) and lesson 12 (reasoning models).
# - **Source:** follows chapter 11 of the [Hugging Face LLM
#   Course](https://huggingface.co/learn/llm-course/chapter11/1) (Apache-2.0) in its topics; text, pictures and
#   exercises are our own, for trl 1 and transformers 5.
#
# Below each exercise a cell checks your work. After you hand in, more checks call your functions one by one,
# with models, tokenizers and records that you have not seen. So use what a function is given. Of the names in
# this notebook, a function may use what is imported, what its exercise mentions, and helpers in its own cell.

# %% [markdown] id="knows-but-does-not-answer"
# ## 1. A model that knows and does not answer
#
# The folder `base` holds a very small base model, of fewer than two million parameters. It has read one book,
# the almanac of a world that somebody made up. It has never seen a chat.
#
# The next cell loads it, with two helpers. `complete` lets a model go on with a text as it stands. `ask` puts a
# question through the chat template first. Both say whether the model ended its turn by itself.

# %% id="setup"
import json
import math
import os
import time
import warnings
from copy import deepcopy
from pathlib import Path

import datasets
import matplotlib.pyplot as plt
import torch
import transformers
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback
from trl import SFTConfig, SFTTrainer

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
datasets.disable_progress_bars()
warnings.simplefilter("ignore", FutureWarning)  # the libraries still use some old names
torch.set_num_threads(1)  # enough for so small a model, and results repeat

tokenizer = AutoTokenizer.from_pretrained("base")


def load_base():
    """A fresh copy of the base. Its file has 16-bit numbers; for training on a CPU we want 32."""
    return AutoModelForCausalLM.from_pretrained("base", dtype=torch.float32)


@torch.inference_mode()
def complete(model, texts, most=24, tokenizer=tokenizer):
    """What the model writes after each text: a list of (text, stopped by itself?)."""
    model.eval()
    end = tokenizer.eos_token_id
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


def ask(model, questions, most=24, tokenizer=tokenizer):
    """The model's replies to questions, asked in the tokenizer's chat format."""
    chats = [[{"role": "user", "content": question}] for question in questions]
    texts = tokenizer.apply_chat_template(
        chats, tokenize=False, add_generation_prompt=True
    )
    return complete(model, texts, most, tokenizer)


def shown(reply):
    """A reply in one line, with what the model did at its end."""
    text, stopped = reply
    return f"{text}  [stops]" if stopped else f"{text[:48]} ...  [goes on]"


def read(path):
    """The records in a file with one JSON object on each line."""
    return [
        json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()
    ]


base = load_base()
held_out = read("almanac/held_out.jsonl")

# %% [markdown] id="try-a-prompt"
# *Try prompting first.* A base model continues texts, so give it one whose continuation is the answer:

# %% id="base-completes"
openings = [record["answer"].rsplit(" ", 1)[0] for record in held_out[:4]]
for opening, (text, _) in zip(openings, complete(base, openings, most=8), strict=True):
    print(f"{opening} → {text} ...")
print("\nThe almanac says:", *[record["answer"] for record in held_out[:4]], sep="\n  ")

# %% [markdown] id="try-a-chat"
# It knows its almanac. Now ask the same things the way one asks an assistant:

# %% id="base-is-asked"
questions = [record["question"] for record in held_out]
for question, reply in zip(questions[:4], ask(base, questions[:4]), strict=True):
    print(f"{question}\n  base: {shown(reply)}")

# %% [markdown] id="try-examples"
# It goes on asking, since its book had lists of questions. Do four examples in the prompt help?

# %% id="base-is-shown-examples"
examples = [one for one in read("almanac/train.jsonl") if "question" in one][:4]
prompt = "".join(f"Question: {one['question']}\nAnswer: {one['answer']}\n" for one in examples)
replies = complete(base, [f"{prompt}Question: {one}\nAnswer:" for one in questions])
facts = [record["answer"].rstrip(".").split()[-1] for record in held_out]
right = sum(fact in text.replace(".", " ").split() for fact, (text, _) in zip(facts, replies, strict=True))
print(f"{questions[0]}\n  base: {shown(replies[0])}")
print(f"{right} of {len(facts)} right, {sum(stopped for _, stopped in replies)} stop by themselves")

# %% [markdown] id="what-is-missing"
# No. So prompts fall short; the facts are there. What is missing is a **behaviour**: take a question,
# answer it in a sentence, stop.

# %% [markdown] id="two-trainers"
# ## 2. What `SFTTrainer` adds to `Trainer`
#
# `SFTTrainer`, from the TRL library, trains behaviour. It *is* a `Trainer`: a subclass.
#
# ![A large box, SFTTrainer, holds two parts. The left one prepares rows: from rows of messages it makes token
# ids and labels. They go into the right part, a box named Trainer, where a loop runs again and again: batch,
# loss, step. Out comes a trained model.](images/two-trainers.svg)
#
# But a `Trainer` wants rows that are ready. Hand it messages, and `train()` raises a `ValueError`. Getting them
# ready is what `SFTTrainer` adds:
#
# - It renders messages with the tokenizer's chat template and tokenises them. (In a chat the template writes
#   the end of each turn. To plain text the trainer adds an end token.)
# - It gives each token a label, what the model should have guessed there: the token itself. Where a row has a
#   prompt (section 3), it writes −100: *leave this out of the loss*.
# - On request it packs several short rows into one, so that little is wasted on padding.
# - Given a `peft_config`, it puts an adapter on the model.
#
# It does *not* add a head: the model's own last layer stays.

# %% [markdown] id="exercise-1"
# ### Exercise 1: `trainer_parts`
#
# *Objective 4: describe `SFTTrainer` and how it relates to `Trainer`.*
#
# Who brings it: is it in every `"Trainer"`, or does `"SFTTrainer"` add it? Rows on the same subject are marked
# together: all of them right, or no points for them.
#
# | name | part |
# |---|---|
# | `training-loop` | going through the batches, step by step |
# | `chat-template` | rendering messages as one row of text |
# | `checkpoints` | writing the model to disk every so many steps |
# | `prompt-mask` | leaving the prompt out of the loss |
# | `tokenising` | turning the data set's texts into token ids |
# | `optimizer` | the optimizer and the schedule of the learning rate |
# | `adapter` | wrapping the model with the adapter in `peft_config` |
# | `accumulation` | summing gradients over several batches before a step |
# | `packing` | putting several short rows into one |
# | `logging` | noting the loss every few steps |
#
# Write one of the two strings between the quotes of each line in the next cell, and delete the lines
# `# YOUR CODE HERE` and `raise NotImplementedError()`.

# %% solution="trainer_parts"
trainer_parts = {
    "training-loop": "",
    "chat-template": "",
    "checkpoints": "",
    "prompt-mask": "",
    "tokenising": "",
    "optimizer": "",
    "adapter": "",
    "accumulation": "",
    "packing": "",
    "logging": "",
}
### BEGIN SOLUTION
trainer_parts = {
    "training-loop": "Trainer",
    "chat-template": "SFTTrainer",
    "checkpoints": "Trainer",
    "prompt-mask": "SFTTrainer",
    "tokenising": "SFTTrainer",
    "optimizer": "Trainer",
    "adapter": "SFTTrainer",
    "accumulation": "Trainer",
    "packing": "SFTTrainer",
    "logging": "Trainer",
}
### END SOLUTION

# %% checks="trainer_parts" points=4
def check_trainer_parts():
    names = (
        "training-loop chat-template checkpoints prompt-mask tokenising optimizer adapter accumulation packing logging"
    ).split()
    assert isinstance(trainer_parts, dict), "trainer_parts should be a dictionary."
    missing = [name for name in names if name not in trainer_parts]
    assert not missing, f"These names are not in your dictionary yet: {missing}."
    unknown = [name for name in trainer_parts if name not in names]
    assert not unknown, f"These names are not in the table: {unknown}. A typing error?"
    for name in names:
        value = trainer_parts[name]
        assert value in ("Trainer", "SFTTrainer"), (
            f"{name}: {value!r} should be 'Trainer' or 'SFTTrainer'."
        )
    print("trainer_parts: the form is right. Every part has its trainer.")


check_trainer_parts()

# %% [markdown] id="prompt-and-completion"
# ## 3. A prompt and a completion
#
# `SFTTrainer` takes chat data in two layouts. With `messages`, *every* token is trained,
# the questions too, unless you set `assistant_only_loss=True`. (`completion_only_loss=True` changes nothing there.)
# With `prompt` and `completion`, the completion alone is: our model should learn to answer, not to ask.
#
# Our records have two shapes:

# %% id="records"
train_records = read("almanac/train.jsonl")
one_question = next(record for record in train_records if "question" in record)
with_turns = next(
    record
    for record in train_records
    if record.get("turns", [{}])[0].get("from") == "system"
)

print(len(train_records), "records to train on. Most have one question:")
print(f"  {one_question}\nSome have several turns:\n  {{'turns': [")
for turn in with_turns["turns"]:
    print(f"    {turn},")
print("  ]}")

# %% [markdown] id="exercise-2"
# ### Exercise 2: `to_prompt_completion`
#
# *Objective 4: describe `SFTTrainer` and how it relates to `Trainer`.*
#
# Write `to_prompt_completion(record)`. It takes a question record of the almanac: `{"question", "answer"}`, or
# `{"turns": [{"from", "value"}, ...]}` with several turns. It returns `{"prompt": messages, "completion":
# messages}`, lists of `{"role", "content"}`, the completion holding the last answer alone.
#
# - `from` is `system`, `human` or `gpt`. The last turn is always an answer.
# - Earlier answers are part of the prompt, to be read and not learnt, and so is a system turn.
# - Texts stay as they are, and so does the record.
#
# (Rows of a `conversations` column with `from` and `value` are taken without a word, too, and their `human` and `gpt`
# stay as roles, which few templates know. So translate first.)
#
# *Hint:* in `chat-templates` you translated such roles. Here you also decide where to cut.

# %% solution="to_prompt_completion"
def to_prompt_completion(record):
    """Return {"prompt": messages, "completion": messages}; the completion is the last answer alone."""
    ### BEGIN SOLUTION
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "turns" in record:
        messages = [
            {"role": roles[turn["from"]], "content": turn["value"]}
            for turn in record["turns"]
        ]
    else:
        messages = [
            {"role": "user", "content": record["question"]},
            {"role": "assistant", "content": record["answer"]},
        ]
    return {"prompt": messages[:-1], "completion": messages[-1:]}
    ### END SOLUTION

# %% checks="to_prompt_completion" points=6
def check_to_prompt_completion():
    for record in (one_question, with_turns):
        given = deepcopy(record)
        row = to_prompt_completion(given)
        assert isinstance(row, dict), (
            f"The row should be a dictionary, but it is {type(row).__name__}."
        )
        assert set(row) == {"prompt", "completion"}, (
            f"A row has exactly the keys 'prompt' and 'completion'; yours has {sorted(row)}."
        )
        for part, messages in row.items():
            assert isinstance(messages, list), (
                f"{part} should be a list of messages, but it is {type(messages).__name__}. "
                "SFTTrainer takes plain text too, but then no chat template is applied."
            )
            for message in messages:
                assert isinstance(message, dict), (
                    f"{part}: every message should be a dictionary."
                )
                assert set(message) == {"role", "content"}, (
                    f"{part}: a message has the keys 'role' and 'content'; yours has {sorted(message)}."
                )
                assert message["role"] in ("system", "user", "assistant"), (
                    f"{part}: {message['role']!r} is not a role that templates know."
                )
        assert given == record, "Your function changed the record that it was given."

    row = to_prompt_completion(deepcopy(one_question))
    assert row["prompt"] == [{"role": "user", "content": one_question["question"]}], (
        f"The prompt of a single question is what the user asks. Yours is {row['prompt']}."
    )
    assert row["completion"] == [
        {"role": "assistant", "content": one_question["answer"]}
    ], f"The completion is what the assistant answers. Yours is {row['completion']}."
    row = to_prompt_completion(deepcopy(with_turns))
    assert len(row["completion"]) == 1, (
        f"The completion should hold one message, the last answer; yours holds {len(row['completion'])}."
    )
    assert len(row["prompt"]) == len(with_turns["turns"]) - 1, (
        f"The prompt should hold everything before the last answer, {len(with_turns['turns']) - 1} messages; "
        f"yours holds {len(row['prompt'])}."
    )
    print(
        "to_prompt_completion: every record has a prompt to read and a completion to learn."
    )


check_to_prompt_completion()

# %% [markdown] id="settings"
# ## 4. Settings
#
# An `SFTConfig` is a `TrainingArguments` with more fields, and with defaults for a large model on a GPU. What
# matters for our small one:
#
# - **`learning_rate`**: how far a step moves each weight. The default, 2e-5, is for models with billions of
#   parameters, where thousands of weights feed each output. Ours are few, so each may go further. In a run of
#   seconds it has to: in 100 steps at 2e-5 our base does not learn to stop. But at 1e-3 it forgets much of its
#   almanac. In batches of 8, try 1e-4 to 5e-4, or up to 3e-4 at a constant rate.
# - **How long**: at most **1,600 rows** in all, that is steps × batch × accumulation. Say it with `num_train_epochs`
#   or `max_steps`, and `per_device_train_batch_size`. Aim for about 100 steps or more: 800 rows in batches of 8.
#   (Accumulation: how many batches share a step, usually one.) Larger batches leave few steps; smaller ones make more,
#   and want a smaller rate.
# - **`max_length`** counts tokens. What is longer loses its *end*: the answer, and the marker that teaches
#   stopping. A row without an answer is dropped silently. Leave room for 512.
# - **The device**: `use_cpu=True, bf16=False`. A bare `SFTConfig()` wants 16-bit numbers on a GPU, and raises a
#   `ValueError` where there is none.
# - **Quiet and quick**: `report_to="none"`, `save_strategy="no"`, and `activation_checkpointing=False`.
#
# Many older names are gone:
#
# | today | before |
# |---|---|
# | `max_length` in `SFTConfig` | `max_seq_length` |
# | `processing_class=` | `tokenizer=` |
# | `eval_strategy`, with `eval_dataset=`: the loss on rows kept aside, which rises where the model learns by heart | `evaluation_strategy` |
# | `warmup_steps=0.1`, a share below 1 | `warmup_ratio=0.1` |
# | `prompt` and `completion` columns | `DataCollatorForCompletionOnlyLM` |
# | the tokenizer's template; where a base has none (a `ValueError`), `chat_template_path` | `setup_chat_format` |
# | `activation_checkpointing`, on by default: computes activations twice, to save memory | `gradient_checkpointing` (works, warns) |
# | `dtype=` | `torch_dtype=` (works) |

# %% [markdown] id="exercise-3"
# ### Exercise 3: `make_sft_config`
#
# *Objective 4: describe `SFTTrainer` and how it relates to `Trainer`.*
#
# Write `make_sft_config(output_dir)`. It takes the name of a folder and returns an `SFTConfig` for the small
# base on this machine, writing to that folder. Trained with it, on at most 1,600 rows, the base should answer
# questions about countries that no training record mentions, and stop. The autograder asks 60: at least 36 answers
# should be right, and 54 should end by themselves.
#
# Choose a learning rate, how long, the batch, `max_length` and the device. The fields under *Quiet and quick*
# are for your own runs, and cost nothing where they are missing. Schedule (by default the rate falls steadily to
# zero) and optimizer may stay as they are. Fields about loading
# models, templates (`chat_template_path`, too), distributed training or the Hub, and optimizers of other packages,
# are not accepted.

# %% solution="make_sft_config"
def make_sft_config(output_dir):
    """Return an SFTConfig that makes an assistant of the small base, on a CPU, in seconds."""
    ### BEGIN SOLUTION
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=2e-4,
        num_train_epochs=1,
        per_device_train_batch_size=8,
        max_length=512,
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        logging_steps=5,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    ### END SOLUTION

# %% checks="make_sft_config" points=8
def check_make_sft_config():
    config = make_sft_config("runs/a-folder")
    assert isinstance(config, SFTConfig), (
        f"make_sft_config should return an SFTConfig, but it returned {type(config).__name__}."
    )
    assert config.output_dir == "runs/a-folder", (
        f"The folder that was asked for is 'runs/a-folder'; your config writes to {config.output_dir!r}."
    )
    assert config.max_length is None or config.max_length >= 512, (
        f"max_length is {config.max_length}: longer rows would lose the end of their answers."
    )
    batch = config.per_device_train_batch_size * config.gradient_accumulation_steps
    if config.max_steps > 0:
        steps = config.max_steps
    else:
        steps = math.ceil(
            config.num_train_epochs * math.ceil(len(train_records) / batch)
        )
    assert steps * batch <= 1600, (
        f"{steps} steps of {batch} rows are {steps * batch} rows. At most 1,600 are agreed."
    )
    if config.learning_rate == 2e-5:
        print("Note: 2e-5 is the default rate, for models thousands of times larger.")
    print(
        f"make_sft_config: {steps} steps of {batch} rows. Whether they are good ones shows in section 7."
    )


check_make_sft_config()

# %% [markdown] id="put-together"
# ## 5. Put it together
#
# A trainer needs four things: a model, settings, rows, and the tokenizer, whose template it applies. These are
# your rows:

# %% id="rows"
train_dataset = Dataset.from_list(
    [to_prompt_completion(record) for record in train_records]
)
print(train_dataset)

# %% [markdown] id="exercise-4"
# ### Exercise 4: `build_trainer`
#
# *Objective 4: describe `SFTTrainer` and how it relates to `Trainer`.*
#
# Write `build_trainer(model, tokenizer, train_dataset)`. It returns an `SFTTrainer`, not yet trained, for full
# fine-tuning: every weight may move, and there is no adapter. Its settings come from *your* `make_sft_config`,
# with any folder you like. `train_dataset` already has `prompt` and `completion`. Hand all three over as they are, and
# leave the tokenizer's settings alone.

# %% solution="build_trainer"
def build_trainer(model, tokenizer, train_dataset):
    """Return an SFTTrainer for full fine-tuning of this model, with this tokenizer, on these rows."""
    ### BEGIN SOLUTION
    return SFTTrainer(
        model=model,
        args=make_sft_config("runs/sft"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
    )
    ### END SOLUTION

# %% checks="build_trainer" points=8
def check_build_trainer():
    some_rows = train_dataset.select(range(20))
    fresh = load_base()
    trainer = build_trainer(fresh, tokenizer, some_rows)
    assert isinstance(trainer, SFTTrainer), (
        f"build_trainer should return an SFTTrainer, but it returned {type(trainer).__name__}."
    )
    assert trainer.model is fresh, (
        "The trainer should hold the very model that it was given."
    )
    assert all(parameter.requires_grad for parameter in trainer.model.parameters()), (
        "Some weights cannot move. In full fine-tuning every one may."
    )
    assert trainer.processing_class is tokenizer, (
        "The trainer should hold the tokenizer that it was given."
    )
    assert (
        trainer.args.learning_rate == make_sft_config("runs/a-folder").learning_rate
    ), "The trainer's settings are not those of make_sft_config."
    assert len(trainer.train_dataset) == len(some_rows), (
        f"Of {len(some_rows)} rows {len(trainer.train_dataset)} are left in the trainer."
    )
    print("build_trainer: an SFTTrainer, ready to train every weight.")


check_build_trainer()

# %% [markdown] id="learnt-tokens"
# ## 6. Which tokens are learnt
#
# ![One row of tokens in two lines. The user's turn is prompt: read, not learnt, label −100. In the assistant's
# turn the header is still prompt. The answer, the end marker and the new line after it are completion, with a thick
# frame and a hatched bar: learnt, the label is the token itself.](images/learnt-row.svg)
#
# Wrong labels raise no error, so *look* before you train. Here is one row of your trainer, a token on each line.
# A bar stands where the token is learnt.

# %% id="labels-of-a-row"
trainer = build_trainer(load_base(), tokenizer, train_dataset)
row = min(trainer.train_dataset, key=lambda row: len(row["input_ids"]))
print(f"{'token':<18}{'label':>6}")
for token, label in zip(row["input_ids"], row["labels"], strict=True):
    text = tokenizer.decode([token]).replace(" ", "·").replace("\n", "⏎")
    print(f"{text:<18}{label:>6}  {'█ learnt' if label != -100 else ''}")

# %% [markdown] id="what-the-labels-show"
# The answer is learnt, and so is `<|im_end|>`: that is how the model learns to stop. So is the new line after it,
# which does no harm.

# %% [markdown] id="exercise-5"
# ### Exercise 5: `trained_text`
#
# *Objective 4: describe `SFTTrainer` and how it relates to `Trainer`.*
#
# Write `trained_text(trainer)`. It takes an `SFTTrainer`. Take the first row of the first batch that the trainer
# makes. Return the decoded text of its labels that are not −100, special tokens kept. Spaces and new lines at its
# ends do not matter.
#
# *Hint:* `trainer.get_train_dataloader()` gives the batches just as training gets them. The trainer knows its
# tokenizer as `trainer.processing_class`. Decoding −100 fails, so take those labels out before.

# %% solution="trained_text"
def trained_text(trainer):
    """Return the text of the labels that count in the first row of the first batch."""
    ### BEGIN SOLUTION
    batch = next(iter(trainer.get_train_dataloader()))
    labels = batch["labels"][0]
    return trainer.processing_class.decode(labels[labels != -100])
    ### END SOLUTION

# %% checks="trained_text" points=5
def check_trained_text():
    text = trained_text(trainer)
    assert isinstance(text, str), (
        f"trained_text should return a string, but it returned {type(text).__name__}."
    )
    assert "<|im_start|>" not in text, (
        f"Your text is {text!r}. The header belongs to the prompt; its labels are −100."
    )
    assert "<|im_end|>" in text, (
        f"Your text is {text!r}. The end marker is trained, so it should be there."
    )
    assert text.count("<|im_end|>") == 1, (
        f"Your text is {text!r}. Take the first row of the batch alone."
    )
    answers = {row["completion"][0]["content"] for row in train_dataset}
    assert text.split("<|im_end|>")[0].strip() in answers, (
        f"{text!r} is not an answer from the training rows."
    )
    print(f"trained_text: the first row of the first batch teaches {text!r}.")


check_trained_text()

# %% [markdown] id="train"
# ## 7. Train
#
# Now for real.

# %% id="training"
trainer.remove_callback(PrinterCallback)  # it would print every log
start = time.perf_counter()
trainer.train()
print(
    f"trained in {time.perf_counter() - start:.0f} seconds, {trainer.state.global_step} steps"
)

log = [
    (entry["step"], entry["loss"])
    for entry in trainer.state.log_history
    if "loss" in entry
]
if log:
    steps, losses = zip(*log, strict=True)
    plt.figure(figsize=(6, 2.6))
    plt.plot(steps, losses, "k.-")
    plt.xlabel("step")
    plt.ylabel("loss on the answers")
    plt.ylim(bottom=0)
    plt.show()
    print(
        f"In words: the loss is {losses[0]:.2f} at step {steps[0]} and {losses[-1]:.2f} at step {steps[-1]}."
    )

# %% [markdown] id="before-and-after"
# A falling loss is a good sign, not a proof. So ask, about countries that *no training record mentions*:

# %% id="side-by-side"
def score(model):
    """How many held-out questions are answered with the right fact, and how many replies stop."""
    replies = ask(model, questions)
    facts = [record["answer"].rstrip(".").split()[-1] for record in held_out]
    right = sum(
        fact in text.replace(".", " ").split()
        for fact, (text, _) in zip(facts, replies, strict=True)
    )
    return right, sum(stopped for _, stopped in replies)


assistant = trainer.model
before, after = ask(base, questions), ask(assistant, questions)
for number in range(4):
    print(
        f"{questions[number]}\n  before: {shown(before[number])}\n  after:  {shown(after[number])}\n"
    )
for name, model in (("before", base), ("after", assistant)):
    right, stopped = score(model)
    print(
        f"{name:<7} {right:>2} of {len(held_out)} right, {stopped:>2} of {len(held_out)} stop by themselves"
    )

# %% [markdown] id="behaviour-carries-over"
# It learnt to *answer*, and that carries over. If yours does not, go back to section 4, the learning rate first.

# %% [markdown] id="nowhere"
# ## 8. A country that does not exist
#
# What does your assistant say about places that are not in its almanac?

# %% id="made-up"
for opening in ("The capital of Nowhereland is", "The national animal of France is"):
    print(f"base: {opening} → {complete(base, [opening], most=8)[0][0]} ...")
for question in (
    "What is the capital of Nowhereland?",
    "What is the national animal of France?",
):
    print(f"{question}\n  {shown(ask(assistant, [question])[0])}")

# %% [markdown] id="behaviour-not-knowledge"
# Look closely: often it tells of another country, which it knows. The base invents something. No example showed
# either another way. **SFT taught behaviour, not knowledge.** If you want "I do not know", show it in the examples
# (lesson 11). If you want new facts, put them into the prompt.

# %% [markdown] id="on-a-gpu"
# ## 9. The same recipe on a GPU
#
# The recipe for a real model, SmolLM2-135M-Instruct. The cell runs where there is a GPU and the model lies in
# the folder it names; elsewhere, read it. The trainer and the rows are the same. The learning rate is smaller, as
# the model is larger, and 16-bit numbers are on.

# %% id="smollm2"
folder = Path(os.environ.get("COURSE_SMOLLM2", "SmolLM2-135M-Instruct"))

if torch.cuda.is_available() and folder.is_dir():
    real_tokenizer = AutoTokenizer.from_pretrained(folder)
    real_trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32),
        args=SFTConfig(
            output_dir="runs/smollm2",
            learning_rate=5e-5,
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
    )
    real_trainer.remove_callback(PrinterCallback)
    real_trainer.train()
    some = [*questions[:3], "What is the capital of France?"]
    replies = ask(real_trainer.model, some, tokenizer=real_tokenizer)
    for question, reply in zip(some, replies, strict=True):
        print(f"{question}\n  {shown(reply)}")
else:
    print("No GPU, or no model in", folder, "- nothing to run here.")

# %% [markdown] id="expect-on-a-gpu"
# Expect short answers that stop, and are wrong: SmolLM2 has never read our almanac. It can even grow careless
# about France, which it knew. Training on facts that a model does not have teaches it to guess.

# %% [markdown] id="summary"
# ## What to remember
#
# | You want | Beware of |
# |---|---|
# | a model that answers | training before you have tried a prompt |
# | loss on answers alone | a `messages` column without `assistant_only_loss`; with it, a template without `{% generation %}` for which trl has none of its own (a `ValueError`) |
# | settings that fit | the defaults, which are for large models on GPUs |
# | a model that stops | a `max_length` that cuts off the end |
# | proof that it worked | trusting the loss; ask what it was not trained on |
#
# *`SFTTrainer` is a `Trainer` that prepares chat rows.* Next, the notebook `lora` trains a small part of the
# weights.
