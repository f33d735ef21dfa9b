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
# # Chat templates
#
# *Fine-tuning LLMs, lesson 10 of 12. Serves objective 3 of the lesson.*
#
# When you are done you can **explain chat-formatted data and chat templates**: you turn records into
# messages, messages into training text, and messages into a prompt.
#
# - **Time:** about 4 minutes of reading, 20 of doing. No GPU, no downloads, no math.
# - **Builds on:** lesson 2 (prompting with `pipeline`) and lesson 3 (task fine-tuning with `Trainer`).
# - **Leads to:** the assignment `fine-tuning`, where `SFTTrainer` does what you do by hand here.
# - **Source:** follows chapter 11 of the [Hugging Face LLM
#   Course](https://huggingface.co/learn/llm-course/chapter11/1) (Apache-2.0) in its topics; text and
#   exercises are our own, for transformers 5.
#
# Below each exercise a cell checks your work. After you hand in, more checks use conversations and
# templates that you have not seen: write for *any* tokenizer. No function may change its arguments.

# %% [markdown] id="one-row-of-tokens"
# ## 1. A conversation is one row of tokens
#
# In lesson 3 a text went in and a label came out. Here text goes in and more text comes out. The model
# knows nothing of turns: it reads one row of tokens and continues it.
#
# A conversation is stored as **messages**, dictionaries with a `role` and a
# `content`. The `system` message says how to behave, `user` is the person, `assistant` the model.
#
# A **chat template** turns the messages into the one row. It is a small Jinja program that travels with the
# tokenizer and writes the markers around each turn. Each model family has its own markers. With the wrong
# ones nothing fails; the answers often get worse. So never type markers yourself:
# `tokenizer.apply_chat_template` writes them, as it did inside `pipeline` in lesson 2.
#
# Here is one conversation through three templates.

# %% id="setup"
from copy import deepcopy
from itertools import zip_longest

from transformers import AutoTokenizer

NAMES = ["chatml", "inst", "default-system"]
tokenizers = {
    name: AutoTokenizer.from_pretrained(f"tokenizers/{name}") for name in NAMES
}


def pieces(tokenizer, ids):
    """The text of each token: · is a space, ⏎ a new line, and a star stands before a special token."""
    shown = [tokenizer.decode([i]).replace(" ", "·").replace("\n", "⏎") for i in ids]
    return [
        ("* " if i in tokenizer.all_special_ids else "  ") + text
        for i, text in zip(ids, shown, strict=True)
    ]


def side_by_side(columns):
    """Print a dictionary of columns as a table."""
    print("".join(f"{name:<20}" for name in columns))
    print("".join(f"{'-' * 16:<20}" for _ in columns))
    for row in zip_longest(*columns.values(), fillvalue=""):
        print("".join(f"{cell:<20}" for cell in row).rstrip())

# %% id="worked-example"
conversation = [
    {"role": "user", "content": "Name a colour of the sky."},
    {"role": "assistant", "content": "Blue."},
]

columns = {}
for name, tokenizer in tokenizers.items():
    encoded = tokenizer.apply_chat_template(conversation)
    columns[name] = pieces(tokenizer, encoded["input_ids"])
side_by_side(columns)

# %% [markdown] id="what-the-table-shows"
# One line is one token; `·` is a space and `⏎` a new line. A star marks a **special token**, which stands for
# a marker and is never cut up.
#
# - `chatml` opens a turn with `<|im_start|>` and the role, its **header**, and closes it with `<|im_end|>`.
# - `inst` begins with `<s>`, the *beginning-of-sequence* token (BOS). The user stands between `[INST]` and
#   `[/INST]`; the answer follows without a header, up to `</s>`. It trims white space around contents, and
#   puts a system message inside the next `[INST]`.
# - `default-system` is `chatml` that speaks first. It adds a system turn whenever you give none.
#
# Three texts, and none is wrong.

# %% [markdown] id="raw-records"
# ## 2. From records to messages
#
# Two older layouts are common. **ShareGPT** has turns with `from` and `value`, and calls the speakers
# `human` and `gpt`. **Alpaca** has an `instruction`, an `output`, and sometimes an `input`: the text to
# work on.
#
# `chatml` writes *any* role, so a leftover `gpt` becomes `<|im_start|>gpt`, a header
# that nobody uses later. Nothing warns you. (`inst` is stricter: it raises a `TemplateError`.)

# %% id="sample-records"
sharegpt_record = {
    "conversations": [
        {"from": "system", "value": "Answer in one short sentence."},
        {"from": "human", "value": "What is the capital of France?"},
        {"from": "gpt", "value": "The capital of France is Paris."},
    ]
}
alpaca_record = {
    "instruction": "Name a colour of the sky.",
    "input": "",
    "output": "Blue.",
}
alpaca_record_with_input = {
    "instruction": "Rewrite this sentence so that it sounds friendly.",
    "input": "Close the door.",
    "output": "Could you close the door, please?",
}

# %% [markdown] id="exercise-1"
# ### Exercise 1: `to_messages`
#
# *Objective 3: explain chat-formatted data and chat templates.*
#
# Write `to_messages(record)`. It takes one record and returns its messages, a list of `{"role": ...,
# "content": ...}` dictionaries.
#
# - A ShareGPT record has `conversations`, a list of `{"from": "system" | "human" | "gpt", "value": str}`.
#   Keep every turn, in order.
# - An Alpaca record has `instruction`, `output` and, not always, `input`. The input follows the instruction
#   after one blank line, in the same user message. An input that is missing, empty or only white space
#   counts as absent.
#
# Roles in the result are `system`, `user` and `assistant`, and no other. Texts stay as they are.
#
# *Hint:* plain Python is enough. A blank line between two texts is two newline characters.

# %% solution="to_messages"
def to_messages(record):
    """Turn one ShareGPT or Alpaca record into a list of messages with "role" and "content"."""
    ### BEGIN SOLUTION
    if "conversations" in record:
        roles = {"system": "system", "human": "user", "gpt": "assistant"}
        return [
            {"role": roles[turn["from"]], "content": turn["value"]}
            for turn in record["conversations"]
        ]
    request = record["instruction"]
    if (record.get("input") or "").strip():
        request += "\n\n" + record["input"]
    return [
        {"role": "user", "content": request},
        {"role": "assistant", "content": record["output"]},
    ]
    ### END SOLUTION

# %% checks="to_messages" points=6
def check_to_messages():
    for record in (sharegpt_record, alpaca_record, alpaca_record_with_input):
        given = deepcopy(record)
        messages = to_messages(given)
        assert isinstance(messages, list), (
            f"to_messages should return a list, but it returned {type(messages).__name__}."
        )
        assert all(isinstance(m, dict) for m in messages), (
            "Every message in the list should be a dictionary."
        )
        for message in messages:
            assert set(message) == {"role", "content"}, (
                f"A message has exactly the keys 'role' and 'content'; one of yours has {sorted(message)}. "
                "Look at the key names of the record: they should not stay."
            )
            assert message["role"] in ("system", "user", "assistant"), (
                f"One of your roles is {message['role']!r}. Templates know system, user and assistant; "
                "who are 'human' and 'gpt' in these words?"
            )
        assert given == record, (
            "Your function changed the record that it was given. Build new dictionaries instead."
        )

    messages = to_messages(deepcopy(sharegpt_record))
    assert len(messages) == 3, (
        f"The ShareGPT record has three turns, but you return {len(messages)}. Keep every turn."
    )
    assert [m["role"] for m in messages] == ["system", "user", "assistant"], (
        "The ShareGPT turns have the wrong roles or order."
    )
    assert messages[2]["content"] == "The capital of France is Paris.", (
        "A ShareGPT text is not what it was in the record."
    )

    messages = to_messages(deepcopy(alpaca_record))
    assert [m["role"] for m in messages] == ["user", "assistant"], (
        "An Alpaca record is one question and one answer: first user, then assistant. "
        f"Your roles are {[m['role'] for m in messages]}."
    )
    assert messages[0]["content"] == "Name a colour of the sky.", (
        f"The input is empty, so the user only says the instruction. Yours says {messages[0]['content']!r}."
    )
    assert messages[1]["content"] == "Blue.", (
        "The assistant should say the record's output, unchanged."
    )

    request = to_messages(deepcopy(alpaca_record_with_input))[0]["content"]
    assert "Close the door." in request, (
        "The input of the Alpaca record got lost: the model could not know what to rewrite."
    )
    assert request.startswith("Rewrite this sentence"), (
        f"The instruction comes first. Yours is {request!r}."
    )
    assert request.endswith("Close the door."), (
        f"The input comes last. Yours is {request!r}."
    )
    assert request.count("\n") == 2, (
        f"There should be one blank line between instruction and input. Yours is {request!r}."
    )
    print("to_messages: both kinds of record become messages. Well done.")


check_to_messages()

# %% [markdown] id="training-text"
# ## 3. The text to train on
#
# In training the model reads whole conversations, every turn closed. The marker that closes the answer
# matters most: from it the model learns to *stop*.
#
# The template writes that marker. Two old habits do harm: adding the marker (`tokenizer.eos_token`) by hand doubles
# the end, and a *generation prompt* (next section) leaves an empty, open assistant turn at the end of the text.

# %% [markdown] id="exercise-2"
# ### Exercise 2: `render_for_training`
#
# *Objective 3: explain chat-formatted data and chat templates.*
#
# Write `render_for_training(tokenizer, messages)`. It takes a tokenizer and a complete conversation, and
# returns the text to train on as a string, exactly as the tokenizer's own template writes it.
#
# *Hint:* the worked example got token ids. Run `help(tokenizers["chatml"].apply_chat_template)` and look
# for the parameter that decides between ids and a string. The other defaults are fine for training.

# %% solution="render_for_training"
def render_for_training(tokenizer, messages):
    """Return the text (a string) on which a model is trained for this conversation."""
    ### BEGIN SOLUTION
    return tokenizer.apply_chat_template(messages, tokenize=False)
    ### END SOLUTION

# %% checks="render_for_training" points=7
def check_render_for_training():
    expected = {
        "chatml": "<|im_start|>user\nName a colour of the sky.<|im_end|>\n"
        "<|im_start|>assistant\nBlue.<|im_end|>\n",
        "inst": "<s>[INST] Name a colour of the sky. [/INST] Blue.</s>",
        "default-system": "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        "<|im_start|>user\nName a colour of the sky.<|im_end|>\n<|im_start|>assistant\nBlue.<|im_end|>\n",
    }
    for name, tokenizer in tokenizers.items():
        given, end = deepcopy(conversation), tokenizer.eos_token
        text = render_for_training(tokenizer, given)
        assert given == conversation, (
            "Your function changed the messages that it was given."
        )
        assert isinstance(text, str), (
            f"The text should be a string, but you return {type(text).__name__}."
        )
        assert name != "inst" or "<|im_" not in text, (
            "The text for the 'inst' tokenizer has ChatML markers. Let this tokenizer write the markers."
        )
        assert ("You are a helpful assistant." in text) == (name == "default-system"), (
            f"{name}: the system turn is not what this template writes. Let this tokenizer write the turns."
        )
        assert text.count("<|im_start|>") >= expected[name].count("<|im_start|>"), (
            f"{name}: markers are missing in {text!r}. The special tokens belong to the training text."
        )
        assert text.count("<|im_start|>assistant") == expected[name].count(
            "<|im_start|>assistant"
        ), (
            f"{name}: the number of assistant headers is not the number of assistant messages. "
            "A generation prompt opens a turn that nobody fills; it has no place in training text."
        )
        assert text.count(end) <= expected[name].count(end), (
            f"{name}: there are more end-of-turn markers than turns. The template writes them; add none yourself."
        )
        assert text.count(end) == expected[name].count(end), (
            f"{name}: not every turn is closed with {end}."
        )
        assert text.count("<s>") == expected[name].count("<s>"), (
            f"{name}: <s> should appear only where the template puts it."
        )
        assert text == expected[name], (
            f"{name}: the template writes {expected[name]!r}, and you return {text!r}."
        )
    print("render_for_training: three templates, three texts, every turn closed.")


check_render_for_training()

# %% [markdown] id="inference-text"
# ## 4. The text to answer
#
# Now the conversation ends with the user. If the text stops after the user's `<|im_end|>`, the model has to
# guess who speaks next. It may write a header first, or go on as the user.
#
# The **generation prompt** opens the assistant's turn, so that the next token begins the answer. In
# `chatml` it is `<|im_start|>assistant` and a new line. In `inst` it is *empty*: `[/INST]` already says
# "your turn". Each template knows its own.

# %% id="question"
question = [{"role": "user", "content": "What is the capital of France?"}]
follow_up = [
    {"role": "system", "content": "Answer in one word."},
    {"role": "user", "content": "What is the capital of Spain?"},
    {"role": "assistant", "content": "Madrid."},
    {"role": "user", "content": "And of Norway?"},
]

# %% [markdown] id="exercise-3"
# ### Exercise 3: `render_for_inference`
#
# *Objective 3: explain chat-formatted data and chat templates.*
#
# Write `render_for_inference(tokenizer, messages)`. It takes a tokenizer and a conversation that ends with
# the user, and returns the text (a string) after which the model starts its answer.
#
# *Hint:* read about `add_generation_prompt` in the help of `apply_chat_template`, or in the [guide to chat
# templates](https://huggingface.co/docs/transformers/chat_templating).

# %% solution="render_for_inference"
def render_for_inference(tokenizer, messages):
    """Return the text (a string) after which the model starts its answer."""
    ### BEGIN SOLUTION
    return tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    ### END SOLUTION

# %% checks="render_for_inference" points=7
def check_render_for_inference():
    for name, tokenizer in tokenizers.items():
        given = deepcopy(question)
        text = render_for_inference(tokenizer, given)
        assert given == question, (
            "Your function changed the messages that it was given."
        )
        assert isinstance(text, str), (
            f"The text should be a string, but you return {type(text).__name__}."
        )
        if name == "inst":
            assert "<|im_start|>" not in text, (
                "The text for the 'inst' tokenizer has ChatML markers. Its generation prompt is empty."
            )
            assert text.count("<s>") == 1, (
                f"inst: <s> should be there once, at the start. It is there {text.count('<s>')} times."
            )
            assert text == "<s>[INST] What is the capital of France? [/INST]", (
                f"inst: the text should end right after [/INST], with nothing added. Yours is {text!r}."
            )
        else:
            assert not text.endswith("<|im_end|>\n"), (
                f"{name}: your text ends where the last turn ends. "
                "The model does not know yet that the assistant speaks next."
            )
            assert text.endswith("<|im_start|>assistant\n"), (
                f"{name}: the text should end with an open assistant turn. Yours ends with {text[-30:]!r}."
            )
            assert text.count("<|im_start|>assistant") == 1, (
                f"{name}: the assistant's turn is opened more than once."
            )
            assert ("You are a helpful assistant." in text) == (
                name == "default-system"
            ), (
                f"{name}: the system turn is not what this template writes. Let this tokenizer write the turns."
            )
        text = render_for_inference(tokenizer, deepcopy(follow_up))
        lost = [m["content"] for m in follow_up if m["content"] not in text]
        assert not lost, (
            f"{name}: the earlier turns of a longer conversation are gone: {lost}. "
            "The model remembers nothing between calls."
        )
    print("render_for_inference: the next token is the first word of the answer.")


check_render_for_inference()

# %% [markdown] id="tensors"
# ## 5. From messages to tensors
#
# `model.generate` wants PyTorch tensors.
#
# **The result is a mapping.** When it tokenises (the default), `apply_chat_template` returns a
# `BatchEncoding` with `input_ids` and `attention_mask`. Before transformers 5 the default was bare ids, and
# many tutorials still expect them. Today `.shape` raises an `AttributeError`, and `len` is 2, the number of
# entries. Hand it over by name: `model.generate(**encoded)`.
#
# **The special tokens are already there.** Tokenise a text that the template wrote, and the tokenizer may add a second
# BOS. Look:

# %% id="two-beginnings"
ids = tokenizers["inst"]("<s>[INST] Hello! [/INST]")["input_ids"]
print(pieces(tokenizers["inst"], ids))

# %% [markdown] id="exercise-4"
# ### Exercise 4: `encode_for_generation`
#
# *Objective 3: explain chat-formatted data and chat templates.*
#
# Write `encode_for_generation(tokenizer, messages)`. It takes a tokenizer and a conversation that ends with
# the user. It returns a mapping with `input_ids` and `attention_mask`, PyTorch tensors of shape `(1, n)`,
# ready for `model.generate(**x)`: with the generation prompt, and with no special token beside those that the
# template writes.
#
# *Hint:* one call can do it all. Look for `return_tensors` in the help of `apply_chat_template`.

# %% solution="encode_for_generation"
def encode_for_generation(tokenizer, messages):
    """Return a mapping with "input_ids" and "attention_mask", tensors of shape (1, n), for model.generate."""
    ### BEGIN SOLUTION
    return tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    ### END SOLUTION

# %% checks="encode_for_generation" points=7
def check_encode_for_generation():
    for name, tokenizer in tokenizers.items():
        given = deepcopy(question)
        encoded = encode_for_generation(tokenizer, given)
        assert given == question, (
            "Your function changed the messages that it was given."
        )
        assert hasattr(encoded, "keys"), (
            f"You return {type(encoded).__name__}, but model.generate(**x) needs a mapping "
            "with input_ids and attention_mask."
        )
        for key in ("input_ids", "attention_mask"):
            assert key in encoded, (
                f"The mapping has no {key!r}. It has {sorted(encoded.keys())}."
            )
            kind = type(encoded[key]).__name__
            assert kind == "Tensor", (
                f"{key} should be a PyTorch tensor, but it is {kind}. Which tensors did you ask for?"
            )
            shape = tuple(encoded[key].shape)
            assert shape[:-1] == (1,), (
                f"{key} should have the shape (1, n): a batch of one. Yours has {shape}."
            )
        assert encoded["input_ids"].shape == encoded["attention_mask"].shape, (
            "input_ids and attention_mask differ in length."
        )
        assert encoded["attention_mask"].min() == 1, (
            "There is no padding here, so the attention mask should be 1 everywhere."
        )
        ids = encoded["input_ids"][0].tolist()
        assert ids[:2] != [tokenizer.bos_token_id] * 2, (
            f"{name}: the sequence begins twice. The template has already written {tokenizer.bos_token}, and "
            "the tokenizer added its own. See the output above."
        )
        text = tokenizer.decode(ids)
        assert (
            name != "inst" or text == "<s>[INST] What is the capital of France? [/INST]"
        ), (
            f"inst: these tokens say {text!r}. Compare it with what the template writes for a question."
        )
        assert name == "inst" or text.endswith("<|im_start|>assistant\n"), (
            f"{name}: the tokens should end with an open assistant turn and nothing after it. "
            f"Yours end with {text[-30:]!r}."
        )
        assert text.count("What is the capital of France?") == 1, (
            f"{name}: the question should be there once."
        )
        assert ("You are a helpful assistant." in text) == (name == "default-system"), (
            f"{name}: the system turn is not what this template writes. Let this tokenizer write the turns."
        )
        longer = encode_for_generation(tokenizer, deepcopy(follow_up))
        text = tokenizer.decode(longer["input_ids"][0].tolist())
        lost = [m["content"] for m in follow_up if m["content"] not in text]
        assert not lost, (
            f"{name}: the earlier turns of a longer conversation are gone: {lost}. "
            "The model remembers nothing between calls."
        )
    print("encode_for_generation: ready for model.generate(**x).")


check_encode_for_generation()

# %% [markdown] id="opening"
# ## 6. Begin the answer yourself
#
# You can decide how an answer begins: with `{` for JSON, say, or "Step 1:". This is **prefilling**. The
# last turn is now the assistant's, and it stays *open*: no end marker.
#
# Gluing the opening to the prompt happens to work for `chatml`. But `inst` puts a space before the answer
# and trims around it, so let the template write the turn. A generation prompt has no place here: it starts
# a *new* turn. Ask for both and you get a `ValueError`.

# %% [markdown] id="exercise-5"
# ### Exercise 5: `prefill`
#
# *Objective 3: explain chat-formatted data and chat templates.*
#
# Write `prefill(tokenizer, messages, opening)`. It takes a tokenizer, a conversation that ends with the
# user, and the first words of the answer. It returns the text (a string) in which the assistant's turn has
# begun with `opening` and stays open: what the template itself gives for such a turn. Where a template
# trims, the template wins.
#
# *Hint:* first make a *new* list that ends with an assistant message. Then read about
# `continue_final_message` in the help.

# %% solution="prefill"
def prefill(tokenizer, messages, opening):
    """Return the text in which the assistant's turn has begun with `opening` and stays open."""
    ### BEGIN SOLUTION
    begun = [*messages, {"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(
        begun, tokenize=False, continue_final_message=True
    )
    ### END SOLUTION

# %% checks="prefill" points=7
def check_prefill():
    opening = "The capital is"
    for name, tokenizer in tokenizers.items():
        given = deepcopy(question)
        text = prefill(tokenizer, given, opening)
        assert given == question, (
            "Your function changed the messages that it was given. Make a new list."
        )
        assert isinstance(text, str), (
            f"The text should be a string, but you return {type(text).__name__}."
        )
        assert opening in text, f"{name}: your opening is not in the text."
        rest = text.split(opening)[-1]
        assert tokenizer.eos_token not in rest, (
            f"{name}: the assistant's turn is closed, so the model cannot go on with it."
        )
        assert "<|im_start|>" not in rest, (
            f"{name}: after your opening a second assistant turn begins."
        )
        assert text.endswith(opening), (
            f"{name}: the text should end with the opening, but {rest!r} follows."
        )
        if name == "inst":
            assert "<|im_start|>" not in text, (
                "inst: these are ChatML markers. Let the tokenizer's own template write the turn."
            )
            assert not text.endswith("[/INST]" + opening), (
                "inst: this template puts a space before every answer, and yours has none. "
                "Let it write the assistant's turn instead of gluing texts together."
            )
            assert (
                text
                == "<s>[INST] What is the capital of France? [/INST] The capital is"
            ), f"inst: not quite: {text!r}."
        else:
            assert text.endswith("<|im_start|>assistant\nThe capital is"), (
                f"{name}: your opening should stand right after the assistant's header. "
                f"The text ends with {text[-45:]!r}."
            )
            assert text.count("<|im_start|>assistant") == 1, (
                f"{name}: the assistant's turn is opened more than once."
            )
            assert ("You are a helpful assistant." in text) == (
                name == "default-system"
            ), (
                f"{name}: the system turn is not what this template writes. Let this tokenizer write the turns."
            )
        text = prefill(tokenizer, deepcopy(follow_up), opening)
        lost = [m["content"] for m in follow_up if m["content"] not in text]
        assert not lost, (
            f"{name}: the earlier turns of a longer conversation are gone: {lost}. "
            "The model remembers nothing between calls."
        )
    print("prefill: the answer has begun, and the model may go on.")


check_prefill()

# %% [markdown] id="learnt-tokens"
# ## 7. Which tokens are learnt
#
# Training on messages learns every token, unless told otherwise. Often only the assistant's should be learnt.
# An **answer mask** has a 1 for each token that is:
#
# ```text
# <|im_start|> user ⏎ Hello ! <|im_end|> ⏎ <|im_start|> assistant ⏎ Hi ! <|im_end|> ⏎
#       0        0  0   0   0     0      0       0          0     0  1 1     1      0
# ```
#
# The end of the turn is, or the model never learns to stop. The new line after it is not: by then the
# model has stopped.
#
# Again the template knows: `{% generation %}` and `{% endgeneration %}` surround what the model writes.
# Do not find the answers by counting tokens: that is often one new line off. A template without these
# marks gives a warning and only zeros. In `inst` they are here:

# %% id="generation-marks"
print(tokenizers["inst"].chat_template)

# %% [markdown] id="exercise-6"
# ### Exercise 6: `answer_mask`
#
# *Objective 3: explain chat-formatted data and chat templates.*
#
# Write `answer_mask(tokenizer, messages)`. It takes a tokenizer and a complete conversation, perhaps with
# several answers. It returns a list of `int`, 0 and 1, one for each token of the training text: 1 exactly
# where the template marks a generation.
#
# *Hint:* look for `return_assistant_tokens_mask` in the help, then look at the keys of what comes back.

# %% solution="answer_mask"
def answer_mask(tokenizer, messages):
    """Return a list of 0 and 1, one for each token of the training text: 1 where generations are marked."""
    ### BEGIN SOLUTION
    encoded = tokenizer.apply_chat_template(
        messages, return_dict=True, return_assistant_tokens_mask=True
    )
    return encoded["assistant_masks"]
    ### END SOLUTION

# %% checks="answer_mask" points=7
def check_answer_mask():
    two_answers = [
        {"role": "user", "content": "What is the capital of Spain?"},
        {"role": "assistant", "content": "Madrid."},
        {"role": "user", "content": "And of Norway?"},
        {"role": "assistant", "content": "Oslo."},
    ]
    for name, tokenizer in tokenizers.items():
        given, end = deepcopy(two_answers), tokenizer.eos_token
        mask = answer_mask(tokenizer, given)
        assert given == two_answers, (
            "Your function changed the messages that it was given."
        )
        assert isinstance(mask, list), (
            f"The mask should be a list, but you return {type(mask).__name__}."
        )
        assert all(type(m) is int and m in (0, 1) for m in mask), (
            "The mask should hold nothing but the whole numbers 0 and 1: one flat list, "
            "no lists inside, and no True or False."
        )
        ids = tokenizer.apply_chat_template(two_answers)["input_ids"]
        assert len(mask) == len(ids), (
            f"{name}: the training text has {len(ids)} tokens, but your mask has {len(mask)} entries."
        )
        learnt = tokenizer.decode([i for i, m in zip(ids, mask, strict=True) if m])
        assert 1 in mask, (
            f"{name}: your mask is 0 everywhere, so the model would learn nothing."
        )
        assert 0 in mask, (
            f"{name}: your mask is 1 everywhere, so the model would learn to write the questions too."
        )
        assert "Madrid" in learnt, (
            f"{name}: only the last answer counts in your mask. Every answer should."
        )
        assert "Norway" not in learnt, (
            f"{name}: words of the user count in your mask. They should not."
        )
        assert "assistant" not in learnt, (
            f"{name}: the header counts in your mask. The template writes it, not the model."
        )
        assert learnt.count(end) == 2, (
            f"{name}: each answer ends with {end}, and that has to count, once each. "
            "The model learns from it to stop."
        )
        assert not learnt.endswith("\n"), (
            f"{name}: the new line after {end} counts in your mask. The model has stopped by then."
        )
        right = (
            f" Madrid.{end} Oslo.{end}" if name == "inst" else f"Madrid.{end}Oslo.{end}"
        )
        assert learnt == right, (
            f"{name}: the learnt tokens should read {right!r}; yours read {learnt!r}."
        )
    print("answer_mask: the answers count, each with its end, and nothing else does.")


check_answer_mask()

# %% [markdown] id="summary"
# ## What to remember
#
# | You want | Beware of |
# |---|---|
# | messages | leftover `from`, `value`, `human`, `gpt` |
# | training text | a second end marker, a generation prompt |
# | a prompt | stopping after the user's turn |
# | tensors | a doubled BOS, a mapping taken for a tensor, a user who types a marker (`sanitize_control_tokens=True` keeps it plain text) |
# | a prefilled answer | gluing texts together |
# | an answer mask | an end of turn that does not count |
#
# *The tokenizer knows its template, so ask it.* In `fine-tuning`, `SFTTrainer` calls the same method on
# your messages, and its `assistant_only_loss=True` uses such a mask.
