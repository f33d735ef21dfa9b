"""The misconceptions that the checks of `fine-tuning` can name: what a student reads when one is found."""

from autograder.judge.check import Misconception

MISCONCEPTIONS: dict[str, Misconception] = {
    # Shared by several exercises
    "no-dictionary": Misconception(
        "It is not a dictionary from names to words.",
        "Your cell came with one: fill in its strings, and keep its names.",
    ),
    "not-one-of-the-two": Misconception(
        "A value is missing, or is neither of the two strings.",
        "Each name has one of two values, as the exercise spells them.",
    ),
    "nothing-returned": Misconception(
        "The function gives nothing back.",
        "It returned None. Printing a value shows it to you; a caller only gets what follows `return`.",
    ),
    "arguments-changed": Misconception(
        "The function changes the record that it was given.",
        "Whoever called it still needs the record. Build new dictionaries and lists instead of popping from the old "
        "ones.",
    ),
    "name-of-an-old-release": Misconception(
        "A name is not known, or not any more.",
        "trl 1 and transformers 5 renamed several: section 4 of the notebook `sft-trainer` lists what "
        "`max_seq_length`, `tokenizer=`, `DataCollatorForCompletionOnlyLM` and others are called today. Python's own "
        "message says which name it is.",
    ),
    "arguments-do-not-fit": Misconception(
        "A call has an argument too many, too few, or of the wrong kind.",
        "Run the check below your cell: Python's own message names the argument. Some that are easily got wrong: the "
        "rank of a LoraConfig is `r`; SFTTrainer takes the tokenizer as `processing_class`, by name, a `Dataset` and "
        "no list, and configs, not the functions that make them.",
    ),
    "every-token-trained": Misconception(
        "Every token is trained, the question too.",
        "A loss on the question teaches the model to ask. With `prompt` and `completion` columns SFTTrainer trains the "
        "completion alone, unless it is told otherwise or the rows are rendered to one text first.",
    ),
    "tokens-instead-of-text": Misconception(
        "Tokens come back where a text is asked for.",
        "The labels are token ids. The tokenizer turns ids into text.",
    ),
    "no-config": Misconception(
        "The trainer does not train as the config says.",
        "Hand it what the config function gives, and change nothing in it. Without `args` it takes defaults for a "
        "large model on a GPU: another learning rate, another length, and a precision that a CPU may not have.",
    ),
    "no-sft-trainer": Misconception(
        "What comes back is not an SFTTrainer.",
        "`Trainer` wants rows that are tokenised and labelled already. Build an `SFTTrainer` and return it; whoever "
        "called the function will train it.",
    ),
    "trainer-not-made": Misconception(
        "The trainer could not be made.",
        "Often `args` is missing, and the defaults want a GPU; or the model gets its adapter twice, from peft and by "
        "`peft_config`; or the rows have other columns than it was told, as with a `formatting_func`; or `args` is the "
        "function that makes the config, or a folder's name. The check below your cell shows Python's own message.",
    ),
    "another-model": Misconception(
        "The trainer holds another model, or one whose weights were changed.",
        "Use the `model` that the function was given as it is: it is not always the one of the notebook.",
    ),
    "another-mask": Misconception(
        "The loss is not on the answers and their ends.",
        "Look at the labels of one row: those that are not -100 should spell the last answer and the end of its turn.",
    ),
    "no-batch": Misconception(
        "The trainer cannot make a batch of its rows.",
        "SFTTrainer brings a collator that fits its rows. With yours, `next(iter(trainer.get_train_dataloader()))` "
        "shows Python's own message.",
    ),
    "end-not-trained": Misconception(
        "The end of the turn is not trained.",
        "A model that never saw an end in training never stops. The template writes the end after each answer; it must "
        "be among the labels.",
    ),
    "adapter-frozen": Misconception(
        "The adapter itself is frozen.",
        "All of the adapter is to learn. A config for inference makes one that cannot; for training leave that switch "
        "off, and `requires_grad` as it is.",
    ),
    # to_prompt_completion
    "only-one-shape": Misconception(
        "Only one of the two shapes of records is understood.",
        "Some records have `question` and `answer`, some have `turns`. Look which keys are there before you read them.",
    ),
    "roles-wrong": Misconception(
        "Roles or contents are not those of the record.",
        "The question is the user's, the answer is the assistant's, and the texts stay as they are.",
    ),
    "texts-changed": Misconception(
        "The texts are changed on the way.",
        "Spaces and newlines belong to a text, and so do words that are also names of keys or roles. Copy what was "
        "said, and change nothing in it.",
    ),
    "values-by-position": Misconception(
        "Values are told apart by their order.",
        "A record is the same in whatever order its keys are written down. Ask for each value by its key.",
    ),
    "messages-added": Misconception(
        "There are messages that the record does not have.",
        "Each call makes the messages of its own record, and no other: nothing before them or between them, and "
        "nothing left over from the call before, as in a list that is a parameter's default.",
    ),
    "not-a-row": Misconception(
        "What comes back is not a row with `prompt` and `completion`.",
        "A row is one dictionary with these two keys and no other.",
    ),
    "parts-swapped": Misconception(
        "Prompt and completion have changed places.",
        "The prompt is what the model is given; the completion is what it should write.",
    ),
    "not-a-list-of-messages": Misconception(
        "Prompt or completion is not a list of messages.",
        "Both are lists, even where they hold one message. What does an index give, and what does a slice give?",
    ),
    "one-list-of-messages": Misconception(
        "The conversation is one list of messages.",
        "From `messages` SFTTrainer trains every token, the questions too. Two columns, `prompt` and `completion`, say "
        "which part is the answer.",
    ),
    "rendered-by-hand": Misconception(
        "The row holds rendered text.",
        "Text passes for text: the trainer adds its own end, and a template that was applied by hand is not undone. "
        "Keep messages, and the trainer applies the tokenizer's template itself.",
    ),
    "sharegpt-keys-kept": Misconception(
        "A message has other keys than `role` and `content`.",
        "A chat template looks for `role` and `content` in each message, and for nothing else: not for `from` and "
        "`value`.",
    ),
    "sharegpt-roles-kept": Misconception(
        "The role names `human` and `gpt` are kept.",
        "Chat templates know system, user and assistant. Many print an unknown name as if it were a role.",
    ),
    "turns-lost": Misconception(
        "Turns of the conversation are missing or out of order.",
        "The last answer only makes sense after everything that was said before it.",
    ),
    "completion-too-long": Misconception(
        "The completion holds more than the last answer.",
        "It is one message, the last of the assistant's. All that comes before belongs to the prompt.",
    ),
    "answer-in-the-prompt": Misconception(
        "The answer stands in the prompt already.",
        "A model that sees the answer in its prompt learns to copy. The prompt ends with the last question.",
    ),
    "system-unknown": Misconception(
        "A system message cannot be converted.",
        "`from` is `system`, `human` or `gpt`. A table of roles needs all three.",
    ),
    "system-message-lost": Misconception(
        "The system message is lost.",
        "It is a turn like the others, with the role system, and comes first in the prompt.",
    ),
    # make_sft_config
    "training-arguments": Misconception(
        "It is a `TrainingArguments`, not an `SFTConfig`.",
        "SFTTrainer would convert it without a word, with another default learning rate and none of its own settings.",
    ),
    "bf16-on-a-cpu": Misconception(
        "The config could not be made.",
        "Often it asks for 16-bit numbers where there is no GPU: SFTConfig turns bf16 on by itself, so say that the "
        "CPU is to be used, without bf16. Run the check below your cell: the message says which setting it is.",
    ),
    "no-sft-config": Misconception(
        "It is not an `SFTConfig`.",
        "Return an `SFTConfig` itself: no dictionary of settings, and no tuple, which a comma behind it makes.",
    ),
    "output-dir-ignored": Misconception(
        "The folder that was asked for is not used.",
        "`output_dir` is the function's argument. Two runs that write to the same folder overwrite each other.",
    ),
    "max-length-too-small": Misconception(
        "Rows are cut off or dropped.",
        "`max_length` counts tokens, template and question included. What is longer loses its end, and with it the "
        "token that teaches the model to stop; a row without any answer left is dropped silently.",
    ),
    "training-too-long": Misconception(
        "The training takes longer than agreed.",
        "Steps times batch size times accumulation is how many rows are seen. The notebook says how many are enough.",
    ),
    "too-few-steps": Misconception(
        "The training ends before the model has learnt anything.",
        "Count the steps: the rows that it sees, divided by the batch size. Few rows or large batches leave few steps, "
        "and so does packing, which lays several rows into one. About 100 are enough.",
    ),
    "learning-rate-too-small": Misconception(
        "The model hardly moves.",
        "The default learning rate suits a model thousands of times larger. The notebook says which rates suit this "
        "one, and why. If yours is among them, look at the optimizer, the schedule and the batch.",
    ),
    "learning-rate-too-large": Misconception(
        "The training wrecks the model.",
        "Each step jumps so far that what the base knew is lost. Take a smaller learning rate: the more steps, the "
        "smaller, and smaller still where the schedule keeps it constant.",
    ),
    "another-end": Misconception(
        "The tokenizer gets another end of turn.",
        "`eos_token` of a config replaces the tokenizer's own. The template goes on writing the old one, and whoever "
        "generates waits for the new one, which never comes. Leave it out.",
    ),
    "never-stops": Misconception(
        "The model answers and does not stop.",
        "Stopping is learnt from the end of each turn. Was it cut off, was the learning rate too small, or did the "
        "training end too early?",
    ),
    # build_trainer
    "adapter-in-full-fine-tuning": Misconception(
        "There is an adapter where every weight should be trained.",
        "LoRA comes in the next notebook. Here the model itself is trained, without `peft_config`.",
    ),
    "weights-frozen": Misconception(
        "Some weights cannot move.",
        "Full fine-tuning trains all of them. Leave `requires_grad` as it is.",
    ),
    "rows-lost": Misconception(
        "Rows are missing from what the trainer reads.",
        "Hand it the data set as it came. Selecting, splitting or cutting rows loses answers.",
    ),
    "rows-added": Misconception(
        "The trainer reads rows that it was not given, or some of them twice.",
        "Hand it the data set as it came. How often it is gone through is for the config to say.",
    ),
    "another-template": Misconception(
        "The rows are not what the tokenizer's template makes of them.",
        "The trainer applies the template of its `processing_class`. Rendering first, or another tokenizer, gives the "
        "model a format that it will not meet again.",
    ),
    "another-tokenizer": Misconception(
        "The trainer has another tokenizer, or the one it was given was changed.",
        "Pass the `tokenizer` of the function as it is, under the name that SFTTrainer has for it today.",
    ),
    # trainer_parts
    "all-of-it-is-new": Misconception(
        "Everything is taken for an addition of SFTTrainer.",
        "SFTTrainer is a subclass: most of what it does was there in lesson 3.",
    ),
    "nothing-is-new": Misconception(
        "Nothing is taken for an addition of SFTTrainer.",
        "A plain Trainer raises an error when it is handed messages. What has to happen to them first?",
    ),
    "loop-taken-for-new": Misconception(
        "A part of the training loop is taken for something that SFTTrainer adds.",
        "In lesson 3 you trained without it: batches, gradients and steps were there.",
    ),
    "records-taken-for-new": Misconception(
        "Checkpoints or logs are taken for something that SFTTrainer adds.",
        "In lesson 3 the loss was printed and the model was written to disk, without SFTTrainer.",
    ),
    "trainer-reads-messages": Misconception(
        "A plain Trainer is thought to get texts ready.",
        "In lesson 3 you tokenised and labelled the rows yourself, before the Trainer saw them.",
    ),
    "trainer-adds-adapters": Misconception(
        "A plain Trainer is thought to put an adapter on the model.",
        "Did you need an adapter in lesson 3? Section 2 says who takes a `peft_config`.",
    ),
    # trained_text
    "another-text": Misconception(
        "It is not the text that is trained.",
        "Take the first row of `labels` in the first batch, keep what is not -100, and decode it.",
    ),
    "decoded-one-by-one": Misconception(
        "The tokens are decoded one by one, or joined as they are.",
        "A letter may be two tokens, and a space part of one. Give the tokenizer all the ids at once.",
    ),
    "decoded-by-another-tokenizer": Misconception(
        "The tokens are decoded by a tokenizer that has not made them.",
        "The same number is another word for another tokenizer. The trainer has the one that made its rows: "
        "`trainer.processing_class`.",
    ),
    "ignored-labels-decoded": Misconception(
        "Labels of -100 are decoded.",
        "-100 is not a token: it marks what the loss leaves out. Drop these labels before you decode.",
    ),
    "loader-taken-for-batch": Misconception(
        "The trainer's loader, or its labels, are used as if they were something else.",
        "Most often the loader is taken for a batch. It gives batches one after the other: make an iterator of it, and "
        "take its first. The check below your cell shows Python's own message.",
    ),
    "another-row": Misconception(
        "It is another row than the first of the first batch.",
        "A trainer goes through its rows in an order of its own, and the data set's first row is seldom the first in "
        "it. Take the first batch that its loader gives, and of that the first row.",
    ),
    "inputs-decoded": Misconception(
        "The inputs are decoded, not the labels.",
        "`input_ids` is all that the model reads. What it is trained on stands in `labels`.",
    ),
    "end-hidden": Misconception(
        "The end of the turn is left out of the text.",
        "Decoding can skip special tokens, and for many tokenizers the end is also the padding. Where either is taken "
        "out, you cannot see whether the token is there that teaches the model to stop.",
    ),
    "whole-batch": Misconception(
        "More than one row is decoded.",
        "A batch has several rows. Return the text of the first.",
    ),
    "padding-decoded": Misconception(
        "Padding gets into the text.",
        "Short rows are filled up to the longest of their batch. The loss leaves that out, and so should you.",
    ),
    "completion-in-place-of-labels": Misconception(
        "The text comes from the data, not from the labels.",
        "What the rows say and what is trained can differ. Only the labels show what is trained.",
    ),
    # make_lora_config
    "no-lora-config": Misconception(
        "It is not a `LoraConfig` that peft can use.",
        "Return a `peft.LoraConfig`: not a dictionary, an SFTConfig, another kind of adapter or a tuple, which a comma "
        "behind it makes. Some of its fields do not go together; peft's own message says which.",
    ),
    "another-task": Misconception(
        "The adapter is for another kind of task.",
        "Beside the adapter, a `SEQ_CLS` or `TOKEN_CLS` trains the head of a classifier, as in lesson 3. A model that "
        "writes has `CAUSAL_LM`.",
    ),
    "targets-not-found": Misconception(
        "No layer of the model has such a name.",
        "A list holds the ends of modules' names, as `q_proj`. A plain string is a pattern over whole names, except "
        "for one that is a keyword by itself.",
    ),
    "targets-not-linear": Misconception(
        "Something else than a linear layer is named.",
        "LoRA sits on linear layers. A whole block, such as `mlp`, or a norm cannot have an adapter, and the table of "
        "token embeddings is not asked for; a pattern that fits everything fits these too.",
    ),
    "head-adapted": Misconception(
        "The last layer gets an adapter, too.",
        "SFTTrainer refuses to train one on `lm_head`, which gives the tokens' scores. There is a string that means "
        "all linear layers but this one.",
    ),
    "targets-partly-unknown": Misconception(
        "Some of the named layers do not exist, and nobody says so.",
        "peft complains only if it finds none of the names. Print the model and compare.",
    ),
    "attention-alone": Misconception(
        "Only some of the linear layers get an adapter.",
        "Each block has seven. With the two that peft takes by default, this base gets about a third of the answers "
        "right. peft has one word for all.",
    ),
    "more-than-the-adapter": Misconception(
        "More than the adapter is trained.",
        "Biases or whole modules that are trained too must be saved too, and the base is no longer what it was.",
    ),
    "rank-too-high": Misconception(
        "The adapter is as large as the layers beside it.",
        "A rank near the width of a layer saves nothing. Usual ranks go from 8 to 32.",
    ),
    "rank-too-low": Misconception(
        "The rank is far below the usual ones.",
        "An adapter of so low a rank can change each layer in very few directions, and a large alpha does not make up "
        "for it. Usual ranks go from 8 to 32.",
    ),
    "pull-too-weak": Misconception(
        "Alpha is so small that the adapter learns very slowly.",
        "What the adapter adds is multiplied by alpha divided by rank, which evens out what a higher rank adds: so "
        "mostly alpha sets how fast it learns, and below 8 it hardly does here. Take a usual rank, and as alpha the "
        "rank or twice the rank.",
    ),
    "alpha-far-above-the-rank": Misconception(
        "Alpha is far above what is usual for the rank.",
        "What the adapter adds is multiplied by alpha divided by rank. Usual values of that are one and two.",
    ),
    "pull-too-strong": Misconception(
        "The adapter's pull is so strong that the training falls apart.",
        "What the adapter adds is scaled by alpha divided by rank. Usual values are one and two.",
    ),
    "adapter-learns-too-little": Misconception(
        "With this adapter the base does not become an assistant.",
        "Look at its dropout first: a high one hides most of what the adapter reads. Then at its layers, its rank and "
        "alpha.",
    ),
    "starts-at-random": Misconception(
        "The adapter begins with random numbers on both sides.",
        "B starts at zero, so that the model begins as its base. With `init_lora_weights=False` it begins as a spoiled "
        "one: leave that field out.",
    ),
    # build_lora_trainer
    "no-adapter": Misconception(
        "There is no adapter: every weight is trained.",
        "The trainer adds one if it is told how: hand it the LoRA config.",
    ),
    "adapter-without-peft": Misconception(
        "The adapter sits inside a model that is no `PeftModel`.",
        "Trainer and peft do not see it as one then: what is saved, loaded and merged later goes another way. Hand the "
        "plain model and the config to SFTTrainer, which makes the `PeftModel` itself.",
    ),
    "already-trained": Misconception(
        "It has been trained already.",
        "Return the trainer as it was made: whoever called the function will train it.",
    ),
    "another-adapter": Misconception(
        "The adapter is not the one of `make_lora_config`.",
        "Call that function and hand on what it gives, so that there is one place where the adapter is decided.",
    ),
    "base-not-frozen": Misconception(
        "Weights of the base can move.",
        "With LoRA the base stays as it is, so that the adapter alone needs to be stored, and fits on the same base "
        "again.",
    ),
    # trainable_share
    "share-is-another": Misconception(
        "It is not the right share.",
        "Count numbers, not tensors: those of the parameters that can move, divided by those of all parameters.",
    ),
    "not-exact": Misconception(
        "It is nearly the right share.",
        "Do not round it, and count parameters alone: a buffer is none.",
    ),
    "adapted-models-alone": Misconception(
        "It asks for something that the model does not have.",
        "Not every model is a `PeftModel`. But each lists its parameters, with their sizes and whether they can move.",
    ),
    "no-number": Misconception(
        "It is not a number.",
        "Return a `float` itself: `.item()` takes it out of a tensor, and a comma behind it makes a tuple.",
    ),
    "percent": Misconception(
        "The share is given in percent.",
        "The function promises a number from 0 to 1.",
    ),
    "tied-weights-twice": Misconception(
        "Tied weights are counted twice.",
        "`state_dict()` lists the tied embedding and head under two names, `parameters()` gives their tensor once.",
    ),
    "tensors-counted": Misconception(
        "Tensors are counted, not the numbers in them.",
        "A tensor of the embedding holds thousands of times more numbers than one of a norm. `numel()` tells how many.",
    ),
    "compared-with-the-rest": Misconception(
        "What moves is compared with what is frozen.",
        "A share is a part of the whole: divide by all parameters.",
    ),
    "frozen-share": Misconception(
        "It is the share that is frozen.",
        "`requires_grad` is true for what can be trained.",
    ),
    "bytes-counted": Misconception(
        "Bytes are counted, not numbers.",
        "One model can hold numbers of 16 and of 32 bits. `numel()` tells how many there are, whatever their size.",
    ),
    "known-by-name": Misconception(
        "What is called `lora` is taken for what can move.",
        "An adapter can be frozen, and other weights can move. Each parameter says it itself: `requires_grad`.",
    ),
    # save_and_reload
    "nothing-saved": Misconception(
        "The folder holds no adapter.",
        "Save into the `directory` that was given, in the way that writes `adapter_config.json` and the adapter's "
        "weights.",
    ),
    "not-safetensors": Misconception(
        "The adapter's weights are in another file than `adapter_model.safetensors`.",
        "It is what peft writes unless it is told otherwise, and what others can load without running code from it.",
    ),
    "folder-is-there": Misconception(
        "The folder is made once more.",
        "It may be there already. Saving makes it where it is missing.",
    ),
    "whole-model-saved": Misconception(
        "The whole model is saved.",
        "The adapter alone is a fraction of the base: here, at rank 16, 0.9 of 7 MB. Saving the merged model or the "
        "base beside it gives that away.",
    ),
    "another-adapter-saved": Misconception(
        "What is saved is not the adapter that was trained.",
        "The trained adapter sits in `trainer.model`. A new one, made from the config, has learnt nothing.",
    ),
    "no-peft-model": Misconception(
        "What comes back is not a model with an adapter.",
        "peft loads an adapter onto a base and gives both together: return that model, nothing beside it.",
    ),
    "adapter-not-loaded": Misconception(
        "The model that comes back has an untrained adapter.",
        "Making an adapter from a config starts at nothing. Load the one from the folder.",
    ),
    "adapter-loaded-as-a-model": Misconception(
        "The folder is loaded as if it were a model.",
        "It has no base weights. A loader that gets the folder alone follows the path to the base that is noted in "
        "`adapter_config.json`, and fails where that leads nowhere. Say which base you mean: load the adapter onto "
        "`base_model`.",
    ),
    "base-first-folder-second": Misconception(
        "A call has an argument too many, too few, or of the wrong kind.",
        "`PeftModel.from_pretrained` takes the base model first and the folder second. Python's own message names what "
        "is missing.",
    ),
    "the-old-model": Misconception(
        "What comes back is the trainer's own model, or another base.",
        "The point is to find out whether the folder is enough: load it onto the `base_model` that was given.",
    ),
    "weights-do-not-fit": Misconception(
        "A `RuntimeError`: most often, weights were loaded into a model with other sizes or names.",
        "They have the sizes of the trainer's base, which is also that of `base_model`, and names that peft gives them "
        "when it saves and takes away when it loads. Leave both to peft, with the folder and the base that were given.",
    ),
    # merge
    "head-taken-off": Misconception(
        "Only the inside of the model comes back.",
        "`.model` of a model that writes text is without its last layer, and writes none. Return what merging gives, "
        "as it is.",
    ),
    "still-an-adapter": Misconception(
        "The model still carries its adapter.",
        "Merging in place leaves the wrapper around the model. One method adds the adapter's weights to the layers and "
        "*returns* the plain model.",
    ),
    "no-model": Misconception(
        "What comes back is not a model.",
        "Return the merged model itself: not its weights, a folder or a tuple.",
    ),
    "adapter-thrown-away": Misconception(
        "The adapter is gone, and what it had learnt with it.",
        "Unloading takes the adapter off. Merging adds it to the weights first.",
    ),
    "another-model-merged": Misconception(
        "The merged model answers differently.",
        "After merging the logits should be those of the model with its adapter.",
    ),
    "loaded-again": Misconception(
        "Something is loaded that is not there.",
        "Nothing needs to be saved or loaded: the model that the function is given has its base inside.",
    ),
    "merged-twice": Misconception(
        "A method or attribute is used that the model does not have.",
        "Which method of peft merges *and* returns the plain model? What it returns has no such method any more.",
    ),
    # lora_needs
    "lora-saves-everything": Misconception(
        "LoRA is thought to need less of everything.",
        "It freezes weights. Which lines are about weights that move, and which are the same whether they move or not?",
    ),
    "lora-saves-nothing": Misconception(
        "LoRA is thought to need as much of everything.",
        "Look at the table of seven billion parameters again: which of the 16 bytes does a frozen weight not need?",
    ),
    "frozen-weights-taken-for-trained": Misconception(
        "Frozen weights are thought to need gradients or averages, too.",
        "Which weights have them? Look at what Adam keeps for each of the two trainings above.",
    ),
    "step-taken-for-cheap": Misconception(
        "A step with LoRA is thought to be cheap.",
        "What in a step depends on which weights move, and what only on the text, and on the layers that it goes "
        "through?",
    ),
    "adapter-taken-for-large": Misconception(
        "Each task is thought to need a whole model on disk.",
        "Compare the files of the two trainings above: which weights does each of them hold?",
    ),
    "examples-saved": Misconception(
        "LoRA is thought to need fewer examples.",
        "It changes what a training costs. Does it change what has to be learnt from the examples?",
    ),
    "merged-taken-for-small": Misconception(
        "A merged model is thought to be smaller or faster than its base.",
        "Merging adds the adapter's effect to weights that are all still there.",
    ),
}
