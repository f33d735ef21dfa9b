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
# # SFT or prompting?
#
# *Fine-tuning LLMs, lesson 10 of 12. Serves objectives 1 and 2 of the lesson, and a little of 5.*
#
# When you are done you can **tell task fine-tuning from supervised fine-tuning (SFT)**, and **decide between
# SFT and prompting** a model that is instruction-tuned already.
#
# - **Time:** about 3 minutes of reading, 10 for the core (Exercise 2 and the flashcards), 10 for the rest. No GPU, no
#   downloads, no training, no math.
# - **Builds on:** lesson 2 (prompting with `pipeline`) and lesson 3 (task fine-tuning with `Trainer`).
# - **Leads to:** the assignments `chat-templates` and `fine-tuning`, lesson 11 (data quality) and lesson 12
#   (reasoning models).
# - **Source:** follows chapter 11 of the [Hugging Face LLM
#   Course](https://huggingface.co/learn/llm-course/chapter11/1) (Apache-2.0) in its topics; text, pictures and
#   exercises are our own.
#
# Below each exercise a cell checks the *form* of your work. You learn whether you are right after you hand in:
# the feedback names the misunderstanding, not the answer. Rows on the same subject are marked together: all of them
# right, or no points for them.

# %% [markdown] id="two-kinds"
# ## 1. Two things called fine-tuning
#
# In lesson 3 you put a new last layer, a **head**, on a pretrained model.
# A text went in, and the head gave a score for each label. This is **task fine-tuning**. The result does one
# job.
#
# In lesson 2 you met models that write. Such a model starts as a **base model**. It has read a great deal and
# learnt one thing: to guess the next token. Ask it for the capital of France, and it may go on with "What is
# the capital of Spain?", because lists of questions look like that. It continues.
#
# **Supervised fine-tuning**, SFT for short, shows such a model requests with good answers. No head is added.
# The model goes on guessing next tokens, now in these examples. So it picks up what an assistant does: follow
# the request, answer it, stop. When the examples are instructions of many kinds, people say **instruction
# tuning**.
#
# ![Two rows. Task fine-tuning: a text goes into a model with a new head, and out comes a score for each of the
# labels good and bad. SFT: a user's request goes into the same model, no head is added, and out comes a text,
# token by token: Blue, full stop, stop.](images/two-kinds.svg)
#
# *Both* kinds are supervised: people prepared the right answers. In lesson 3 an answer is a label. In SFT it is a text.
#
# | | task fine-tuning | SFT |
# |:---|:---|:---|
# | one example | a text and its label | a request and its written answer |
# | last layer | new, one output for each label | the model's own, which guesses tokens |
# | you get | scores: take the highest | text: call `generate` |
# | one more ability | another output, and training again | often just another request |
# | tools | `Trainer` and `AutoModelForSequenceClassification` | `SFTTrainer` and `AutoModelForCausalLM` |

# %% [markdown] id="exercise-1"
# ### Exercise 1: `kind_of_tuning`
#
# *Objective 1: tell task fine-tuning from supervised fine-tuning.*
#
# Which kind is each sentence about, `"task fine-tuning"` or `"SFT"`?
#
# | name | sentence |
# |:---|:---|
# | `class-number` | One example is a review and its number of stars, from 1 to 5. |
# | `written-answer` | One example is the request "Good or bad? I loved it." and the answer "good", learnt as tokens. |
# | `conversation` | One example is a conversation with roles, written as one row of tokens. |
# | `new-layer` | The model gets a new last layer, with one output for each label. |
# | `next-token` | In training, the model guesses the next token of an answer. |
# | `score-per-label` | In training, scores of labels are compared with the right label. |
# | `generates` | Asked "Is this spam?", the result may say "Yes", "Yes." or "It is spam." |
# | `highest-score` | Afterwards you see which label has the highest score. |
# | `one-more-label` | For one more possible result, the last layer needs one more output. |
# | `two-outputs` | The result is a model with two outputs: spam, and not spam. |
# | `follows-instructions` | A base model becomes one that follows instructions. |
# | `many-requests` | One model summarises, explains or drafts, whichever you ask for in words. |
#
# Write one of the two strings between the quotes of each line in the next cell, and delete the lines
# `# YOUR CODE HERE` and `raise NotImplementedError()`.

# %% solution="kind_of_tuning"
kind_of_tuning = {
    "class-number": "",
    "written-answer": "",
    "conversation": "",
    "new-layer": "",
    "next-token": "",
    "score-per-label": "",
    "generates": "",
    "highest-score": "",
    "one-more-label": "",
    "two-outputs": "",
    "follows-instructions": "",
    "many-requests": "",
}
### BEGIN SOLUTION
kind_of_tuning = {
    "class-number": "task fine-tuning",
    "written-answer": "SFT",
    "conversation": "SFT",
    "new-layer": "task fine-tuning",
    "next-token": "SFT",
    "score-per-label": "task fine-tuning",
    "generates": "SFT",
    "highest-score": "task fine-tuning",
    "one-more-label": "task fine-tuning",
    "two-outputs": "task fine-tuning",
    "follows-instructions": "SFT",
    "many-requests": "SFT",
}
### END SOLUTION

# %% checks="kind_of_tuning" points=8
def check_kind_of_tuning():
    names = (
        "class-number written-answer conversation new-layer next-token score-per-label "
        "generates highest-score one-more-label two-outputs follows-instructions many-requests"
    ).split()
    kinds = ("task fine-tuning", "SFT")

    assert isinstance(kind_of_tuning, dict), "kind_of_tuning should be a dictionary."
    missing = [name for name in names if name not in kind_of_tuning]
    assert not missing, f"These names are not in your dictionary yet: {missing}."
    unknown = [name for name in kind_of_tuning if name not in names]
    assert not unknown, f"These names are not in the table: {unknown}. A typing error?"
    for name in names:
        value = kind_of_tuning[name]
        assert value in kinds, f"{name}: {value!r} should be one of {kinds}."
    print("kind_of_tuning: the form is right. Every sentence has its kind.")


check_kind_of_tuning()

# %% [markdown] id="prompt-first"
# ## 2. First, a prompt
#
# An instruction-tuned model has been through SFT already. Write a clear prompt,
# put an example or two in it, and **measure**: try fifty real inputs and count the good answers. That count is
# your **baseline**. Without it you cannot tell whether training is needed, nor later whether it helped.
#
# Often the prompt is good enough, in quality and in price. Then stop there.
#
# This goes for formats, too: many models write clean JSON once they have seen an example. A fixed format alone is no
# reason to train.
#
# ## 3. What is missing?
#
# Suppose the count is too low. Look at the bad answers. What do they lack?
#
# **Facts?** Then put them into the prompt: paste the timetable or the page of the handbook above
# the question. Done automatically, this is called **retrieval**. SFT is a poor way to add facts. The
# model must see each one many times, and it may learn to sound sure of what it does not know. And when the
# timetable changes next week, the weights do not.
#
# **Behaviour?** The tone slips, or there is a way of working that no instruction quite catches. Here examples
# say more than orders. This is what SFT is good at.
#
# ## 4. What training needs
#
# **Examples.** Hundreds at least, checked by somebody who knows. SFT copies what it is shown, mistakes
# included (lesson 11). Without examples, keep the prompt, collect good answers, and come back.
#
# **The right kind.** If all you want is one label from a fixed list, and you have labelled examples, take
# lesson 3's classifier. It is usually smaller and faster, and it never makes up a label of its own. SFT is for
# answers that are written.
#
# **A price worth paying.** Sometimes the prompt works, but it is four pages long and is sent a million times a
# day. Train what it says into a model, perhaps a smaller one, and each call becomes cheap. That is a good
# reason, but not for ten calls a week.
#
# And **LoRA**? It freezes the model and trains a small **adapter** beside it, which needs far less memory. So
# training becomes affordable. It still needs examples and a baseline, and it is no better at adding facts.
#
# Five questions, then, in this order:
#
# ![Five questions, one below the other. 1, has a prompt been measured? If not: prompting, measure one first. 2,
# is it good enough, price included? If so: prompting, keep the prompt. 3, are facts what is missing? If so:
# prompting, look the facts up. 4, are there enough examples? If not: prompting, collect examples. 5, is a label all
# you want? If so: task fine-tuning. If not: SFT.](images/five-questions.svg)

# %% [markdown] id="exercise-2"
# ### Exercise 2: `diagnosis`
#
# *Objective 2: decide between SFT and prompting.*
#
# What should these people do next, and why? Each name gets a pair: a choice and a reason.
# The choice is `"prompting"`, `"SFT"` or `"task fine-tuning"`. The reason is one of these strings. Some of
# them are never a good reason.
#
# | reason | it says |
# |:---|:---|
# | `"not measured yet"` | Nobody knows yet what a good prompt reaches. |
# | `"the prompt is good enough"` | A tested prompt does the job, at a price that is fine. |
# | `"facts belong in the prompt"` | Facts are missing; they are looked up and put into the prompt. |
# | `"too few examples"` | The prompt falls short, but there is too little to train on. |
# | `"examples show the behaviour"` | The prompt falls short in *how* to answer, and many good examples show it. |
# | `"the prompt costs too much"` | The prompt works, but is too slow or too expensive for so many calls. |
# | `"one label from a fixed list"` | A label is all that is wanted, and there are labelled examples. |
# | `"training adds the facts"` | Facts are missing; training puts them into the model. |
# | `"a format needs training"` | The answers must keep to a format, so a model has to be trained. |
# | `"LoRA makes it free"` | With LoRA, training costs so little that it needs no other reason. |
#
# Some situations are alike but for one fact: look for it. Where two pairs are right, give one of them. "Tested"
# means measured on real inputs.
#
# | name | situation |
# |:---|:---|
# | `ferry-times` | A ferry company's assistant tells passengers when boats leave. The tested prompt answers kindly, but with wrong times: they change each week, and the model does not know them. There are 3,000 good old chats. |
# | `ferry-tone` | The same assistant, now with the timetable in its prompt. The times are right. But no tested prompt holds the company's dry humour. There are 3,000 good old chats. |
# | `verses` | A card shop wants verses in its own style. The best tested prompt misses it. There are 2,000 wishes with verses that the shop approved. |
# | `verses-first-day` | A card shop wants verses in its own style. The best tested prompt misses it. The shop opened today: not one verse has been approved yet. |
# | `orders-new` | A bakery wants emails turned into JSON with three fields. There are 900 checked pairs of email and JSON. Nobody has tried a prompt. |
# | `orders-fine` | The same bakery, the same 900 pairs. A tested prompt gets 199 of 200 emails right. The bakery needs 190, and the price is fine. |
# | `orders-odd` | The same bakery, the same 900 pairs. After three rewrites the best tested prompt gets 120 of 200 right. Its JSON is valid, but it does not fill the fields as the bakery does, however the prompt explains it. |
# | `mail-desk` | A railway sorts emails, 100,000 a day: which of six desks? The tested prompt, on a large model, works well, but is too slow and too expensive. There are 40,000 emails with the right desk. The desk is all that is wanted. |
# | `mail-reply` | The same emails, but the model is to write the replies. The tested prompt, on a large model, works well, but is too slow and too expensive. There are 40,000 emails with good replies. |
# | `mail-new-desks` | The railway plans six new desks. A clerk sorted 50 emails by them, of which the best tested prompt, with all six desks described in it, gets 28 right. No more have been sorted yet. |
# | `recipes-millions` | A site rewrites recipes in its house style. The tested prompt is four pages long and works, but with two million recipes a day it is too expensive. There are 5,000 good rewrites. |
# | `recipes-few` | The same site, the same four pages that work, the same 5,000 rewrites. But it is ten recipes a week, for a few cents. |
# | `quiz-lora` | A pub wants its quiz questions to rhyme. The tested prompt does that well, for little money. There are 3,000 rhymed questions, and a GPU on which LoRA would take an hour. |
# | `book-moods` | A library wants one of four moods for each of 30,000 books, once. The tested prompt is good enough and costs little. A classifier as in lesson 3, trained on 8,000 books with their moods, is as good and costs as little. |
#
# Write both strings into each line of the next cell, first the choice, then the reason, and delete the lines
# `# YOUR CODE HERE` and `raise NotImplementedError()`.

# %% solution="diagnosis"
diagnosis = {
    "ferry-times": ("", ""),
    "ferry-tone": ("", ""),
    "verses": ("", ""),
    "verses-first-day": ("", ""),
    "orders-new": ("", ""),
    "orders-fine": ("", ""),
    "orders-odd": ("", ""),
    "mail-desk": ("", ""),
    "mail-reply": ("", ""),
    "mail-new-desks": ("", ""),
    "recipes-millions": ("", ""),
    "recipes-few": ("", ""),
    "quiz-lora": ("", ""),
    "book-moods": ("", ""),
}
### BEGIN SOLUTION
diagnosis = {
    "ferry-times": ("prompting", "facts belong in the prompt"),
    "ferry-tone": ("SFT", "examples show the behaviour"),
    "verses": ("SFT", "examples show the behaviour"),
    "verses-first-day": ("prompting", "too few examples"),
    "orders-new": ("prompting", "not measured yet"),
    "orders-fine": ("prompting", "the prompt is good enough"),
    "orders-odd": ("SFT", "examples show the behaviour"),
    "mail-desk": ("task fine-tuning", "one label from a fixed list"),
    "mail-reply": ("SFT", "the prompt costs too much"),
    "mail-new-desks": ("prompting", "too few examples"),
    "recipes-millions": ("SFT", "the prompt costs too much"),
    "recipes-few": ("prompting", "the prompt is good enough"),
    "quiz-lora": ("prompting", "the prompt is good enough"),
    "book-moods": ("prompting", "the prompt is good enough"),  # or the classifier
}
### END SOLUTION

# %% checks="diagnosis" points=14
def check_diagnosis():
    names = (
        "ferry-times ferry-tone verses verses-first-day orders-new orders-fine orders-odd mail-desk "
        "mail-reply mail-new-desks recipes-millions recipes-few quiz-lora book-moods"
    ).split()
    choices = ("prompting", "SFT", "task fine-tuning")
    reasons = (
        "not measured yet",
        "the prompt is good enough",
        "facts belong in the prompt",
        "too few examples",
        "examples show the behaviour",
        "the prompt costs too much",
        "one label from a fixed list",
        "training adds the facts",
        "a format needs training",
        "LoRA makes it free",
    )

    assert isinstance(diagnosis, dict), "diagnosis should be a dictionary."
    missing = [name for name in names if name not in diagnosis]
    assert not missing, f"These names are not in your dictionary yet: {missing}."
    unknown = [name for name in diagnosis if name not in names]
    assert not unknown, f"These names are not in the table: {unknown}. A typing error?"
    for name in names:
        pair = diagnosis[name]
        assert isinstance(pair, list | tuple) and len(pair) == 2, (
            f"{name}: the value should be a pair, (choice, reason), but it is {pair!r}."
        )
        assert pair[0] in choices, (
            f"{name}: the choice {pair[0]!r} should be one of {choices}."
        )
        assert pair[1] in reasons, (
            f"{name}: the reason {pair[1]!r} is not one of those in the table."
        )
    print("diagnosis: the form is right. Every situation has a choice and a reason.")


check_diagnosis()

# %% [markdown] id="exercise-3"
# ### Exercise 3: `decide`
#
# *Objective 2: decide between SFT and prompting.*
#
# Now write the five questions down as code, for situations that you have not seen. `decide(case)` takes a
# dictionary and returns `"prompting"`, `"SFT"` or `"task fine-tuning"`: what to do next. A case has these
# keys:
#
# | key | values | meaning |
# |:---|:---|:---|
# | `"prompt_result"` | `"not tried"`, `"good enough"`, `"falls short"` | what a good prompt reached on a test set, in quality *and* price; `"not tried"`: nobody has measured one |
# | `"facts_missing"` | `True`, `False` | `True`: what is missing are facts, which neither the model nor the prompt has |
# | `"examples"` | a whole number | how many checked examples of the right kind there are; in this exercise 200 are enough, and fewer are not |
# | `"output"` | `"text"`, `"label"` | `"label"`: all that is wanted is one label from a fixed list |
# | `"strict_format"` | `True`, `False` | `True`: the output must keep to a format, such as JSON |
# | `"lora"` | `True`, `False` | `True`: if you train, you can train with LoRA |
#
# Two of these keys decide nothing. A case may have more keys, which decide nothing either, and its keys may
# come in any order. Leave the case as it is. (Where both ways are equally good, as for `book-moods` above, the
# questions in their order decide.)
#
# *Hint:* each question that leads to prompting can be an `if` with a `return`.

# %% solution="decide"
def decide(case):
    """Return "prompting", "SFT" or "task fine-tuning": what to do next in this case (a dictionary)."""
    ### BEGIN SOLUTION
    if case["prompt_result"] != "falls short":
        return "prompting"
    if case["facts_missing"]:
        return "prompting"
    if case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
    ### END SOLUTION

# %% checks="decide" points=12
def check_decide():
    choices = ("prompting", "SFT", "task fine-tuning")
    for output in ("text", "label"):
        for count in (0, 5000):
            case = {
                "prompt_result": "falls short",
                "facts_missing": False,
                "examples": count,
                "output": output,
                "strict_format": True,
                "lora": False,
            }
            given = dict(case)
            answer = decide(given)
            assert answer is not None, (
                "decide gives nothing back. What should come back follows `return`."
            )
            assert answer in choices, (
                f"decide should return one of {choices}, but it returned {answer!r}."
            )
            assert given == case, "Your function changed the case that it was given."
    print("decide: the form is right. It returns one of the three strings.")


check_decide()

# %% [markdown] id="flashcards"
# ## 5. Flashcards
#
# Say the answer first, then open the card, with a click or with the Enter key. They are not graded. To see
# them again next week, import the file `flashcards.tsv` into [Anki](https://apps.ankiweb.net).

# %% [markdown] id="cards"
# <!-- flashcards: flashcards.tsv -->

# %% [markdown] id="exercise-4"
# ### Exercise 4: `recall`
#
# *Objectives 1, 2 and 5.*
#
# Close the cards and answer from memory, each time with one of the strings beside the question.
#
# | name | question | one of |
# |:---|:---|:---|
# | `base-model` | What does a base model do with a question? | `"answers and stops"`, `"continues the text"`, `"scores each label"` |
# | `sft-example` | What is one example of SFT? | `"a request and its answer"`, `"a text alone"`, `"a text and its label"` |
# | `classifier-output` | What comes out of lesson 3's classifier? | `"a conversation"`, `"a score for each label"`, `"a written answer"` |
# | `first-step` | What comes first? | `"collect 10,000 examples"`, `"measure a prompt"`, `"train an adapter"` |
# | `changing-facts` | Where do facts go that change each week? | `"into an adapter"`, `"into the prompt"`, `"into the weights"` |
# | `sft-teaches` | What does SFT teach well? | `"how to answer"`, `"to run faster"`, `"what happened this week"` |
# | `lora-trains` | What does LoRA train? | `"a new last layer"`, `"a small adapter"`, `"every weight"` |
# | `lora-saves` | What does LoRA save? | `"collecting examples"`, `"measuring a prompt"`, `"memory in training"` |
# | `flawed-examples` | What does SFT do with mistakes in its examples? | `"corrects them"`, `"learns them too"`, `"skips them"` |
#
# Write one of them between the quotes of each line in the next cell, and delete the lines `# YOUR CODE HERE` and
# `raise NotImplementedError()`.

# %% solution="recall"
recall = {
    "base-model": "",
    "sft-example": "",
    "classifier-output": "",
    "first-step": "",
    "changing-facts": "",
    "sft-teaches": "",
    "lora-trains": "",
    "lora-saves": "",
    "flawed-examples": "",
}
### BEGIN SOLUTION
recall = {
    "base-model": "continues the text",
    "sft-example": "a request and its answer",
    "classifier-output": "a score for each label",
    "first-step": "measure a prompt",
    "changing-facts": "into the prompt",
    "sft-teaches": "how to answer",
    "lora-trains": "a small adapter",
    "lora-saves": "memory in training",
    "flawed-examples": "learns them too",
}
### END SOLUTION

# %% checks="recall" points=6
def check_recall():
    options = {
        "base-model": ["answers and stops", "continues the text", "scores each label"],
        "sft-example": [
            "a request and its answer",
            "a text alone",
            "a text and its label",
        ],
        "classifier-output": [
            "a conversation",
            "a score for each label",
            "a written answer",
        ],
        "first-step": [
            "collect 10,000 examples",
            "measure a prompt",
            "train an adapter",
        ],
        "changing-facts": ["into an adapter", "into the prompt", "into the weights"],
        "sft-teaches": ["how to answer", "to run faster", "what happened this week"],
        "lora-trains": ["a new last layer", "a small adapter", "every weight"],
        "lora-saves": [
            "collecting examples",
            "measuring a prompt",
            "memory in training",
        ],
        "flawed-examples": ["corrects them", "learns them too", "skips them"],
    }

    assert isinstance(recall, dict), "recall should be a dictionary."
    missing = [name for name in options if name not in recall]
    assert not missing, f"These names are not in your dictionary yet: {missing}."
    unknown = [name for name in recall if name not in options]
    assert not unknown, f"These names are not in the table: {unknown}. A typing error?"
    for name, listed in options.items():
        assert recall[name] in listed, (
            f"{name}: {recall[name]!r} should be one of {listed}."
        )
    print("recall: the form is right. Every question has an answer.")


check_recall()

# %% [markdown] id="summary"
# ## What to remember
#
# - Task fine-tuning gives labels. SFT gives text.
# - Measure a good prompt first. If it is good enough, you are done.
# - Missing facts go into the prompt. Missing behaviour can be trained.
# - LoRA makes training affordable. It is not a reason to train.
#
# When SFT is the answer, the examples are conversations. In `chat-templates` you see how they become one row
# of tokens, and in `fine-tuning` you train a base model into an assistant yourself.
