"""The misconceptions that the checks of `sft-or-prompting` can name: what a student reads when one is found.

A hint says what to look at, never what to write: the key is the same for everybody.
"""

from autograder.judge.check import Misconception

MISCONCEPTIONS: dict[str, Misconception] = {
    # Form
    "not-a-dictionary": Misconception(
        "The answer is not a dictionary.",
        "The checks look values up by name: `{name: value, ...}`. Your cell came with one: fill in its strings, and "
        "keep its names.",
    ),
    "name-missing": Misconception(
        "A name of the table is missing in the dictionary.",
        "Each name counts by itself, and the visible check below your cell lists those that are not there.",
    ),
    "not-from-the-list": Misconception(
        "A value is not one of the listed strings.",
        "The checks compare strings. Copy the value from the exercise, as one string; the visible check names the "
        "value.",
    ),
    "not-a-pair": Misconception(
        "A situation does not have a pair of a choice and a reason.",
        "Each value has two strings, in round or square brackets: first the choice, then the reason.",
    ),
    "nothing-returned": Misconception(
        "The function gives nothing back, at least for some cases.",
        "It returned None. Printing a value shows it to you; a caller only gets what follows `return`. Does every way "
        "through the function end with one?",
    ),
    "not-one-of-the-three": Misconception(
        "The function returns something other than one of the three strings.",
        'It should be "prompting", "SFT" or "task fine-tuning", as one string and nothing around it.',
    ),
    "case-changed": Misconception(
        "The function changes the case that it was given.",
        "Whoever called it still needs the case. Read from it with `case[...]`: `pop`, `del` and `case[...] = ...` "
        "change it.",
    ),
    "case-taken-apart": Misconception(
        "The function relies on keys that are not in the table, or on the keys' number or order.",
        "A case may have more keys, in any order. Ask for each fact by its name.",
    ),
    # Task fine-tuning and SFT
    "supervised-means-sft": Misconception(
        "Everything that learns from right answers is called SFT.",
        "Both kinds are supervised. Look at what the right answer *is*: something to choose, or something to write?",
    ),
    "every-tuning-is-a-task": Misconception(
        "Every fine-tuning is taken for task fine-tuning.",
        "Task fine-tuning is lesson 3: a head and labels. Some sentences are not about labels at all.",
    ),
    "kinds-swapped": Misconception(
        "The two kinds are swapped throughout.",
        "You tell them apart well. Which of the two did you do in lesson 3?",
    ),
    "answer-taken-for-label": Misconception(
        "A written answer is taken for a label.",
        "A label is one of a few, known before. An answer is a text that somebody wrote, and is learnt token by token.",
    ),
    "sft-adds-a-head": Misconception(
        "The head of lesson 3 is mixed up with the layer that guesses tokens.",
        "A head gives a score for each label and is new. SFT adds none: what does the model do in training, then?",
    ),
    "scores-taken-for-text": Misconception(
        "Scores are taken for text, or text for scores.",
        "What has a head gives scores, one for each label, and writes nothing. What guesses tokens writes.",
    ),
    "classifier-taken-for-assistant": Misconception(
        "A model that gives labels is taken for one that writes.",
        "Count what can come out. Where that is a short list, known before, look at lesson 3 again.",
    ),
    "instructions-are-one-task": Misconception(
        "Following instructions is taken for one more task.",
        "In task fine-tuning the task is fixed by the labels. Where does a model learn what to do from the request?",
    ),
    "base-taken-for-assistant": Misconception(
        "A base model is taken for one that was tuned.",
        "It has learnt from plain text to guess the next token, and nothing else yet. What follows from that?",
    ),
    "pretraining-taken-for-sft": Misconception(
        "SFT is taken for more pretraining.",
        "Pretraining reads texts. What do people add to the examples of *supervised* fine-tuning?",
    ),
    # SFT or prompting
    "one-answer-for-all": Misconception(
        "Every situation gets the same choice.",
        "Each of the three choices is right somewhere. Compare two situations that are alike but for one fact.",
    ),
    "sft-to-add-facts": Misconception(
        "SFT is used to add facts.",
        "It teaches how to answer, with LoRA or without. Facts are learnt badly that way, and are soon out of date. "
        "Where could a model read them when it is asked?",
    ),
    "format-always-needs-sft": Misconception(
        "A format is taken for a reason to train.",
        "An example in the prompt is often enough for a format, and there are tools that force one. What else is said?",
    ),
    "no-baseline": Misconception(
        "Training begins before anybody knows what a prompt can do.",
        "Without a baseline nobody can say whether training is needed, nor whether it helped. Start with what costs an "
        "afternoon.",
    ),
    "tuning-without-need": Misconception(
        "Something is trained although the prompt does the job.",
        "Compare what was measured with what is needed, in quality and in price. What would be gained?",
    ),
    "no-data": Misconception(
        "A model is to be trained without enough to train on.",
        "Count the good examples. Training copies examples, and cannot do without them.",
    ),
    "threshold-misplaced": Misconception(
        "The limit for the number of examples is not where the table puts it.",
        "Try your function just below 200, at 200, just above, and far above.",
    ),
    "measurement-ignored": Misconception(
        "Prompting goes on although it was measured and falls short.",
        "The prompt was measured and falls short. Is there what training needs, above all enough good examples of what "
        "is missing? Then what speaks for more prompting?",
    ),
    "prompting-at-any-price": Misconception(
        "A prompt is kept at any price.",
        "That it works is half of the question. Count the calls, and what each of them costs or how long it takes.",
    ),
    "chat-model-for-labels": Misconception(
        "A model that writes is trained where a label from a fixed list is all that is wanted.",
        "Which of the models that you know gives one of a few labels, is small and fast, and cannot invent another?",
    ),
    "classifier-for-open-text": Misconception(
        "A classifier is chosen where something has to be written.",
        "Its head has a fixed list of labels. Could the whole list of possible outputs be written down beforehand?",
    ),
    "label-asked-first": Misconception(
        "Where a label is wanted, other questions are skipped.",
        "A classifier, too, needs a reason and examples. At which place does the picture ask about labels?",
    ),
    "format-decides": Misconception(
        "The format decides, and should not.",
        "It neither asks for training nor forbids it. Compare two cases that differ in nothing else.",
    ),
    "lora-decides": Misconception(
        "LoRA decides, and should not.",
        "It makes training cheaper. Whether to train at all, other keys say: compare two cases that differ in nothing "
        "else.",
    ),
    "lora-makes-it-free": Misconception(
        "LoRA is taken for a reason to train, or for a way without the rest.",
        "It saves memory while training. Examples, a baseline and something to gain are needed as before.",
    ),
    "reason-does-not-fit": Misconception(
        "The choice can be right, but the reason does not fit it.",
        "Read what the reason says in the table: is it true of this situation, and does it speak for this choice?",
    ),
    # From memory
    "sft-makes-it-faster": Misconception(
        "SFT is taken for a way to make a model faster.",
        "Training may spare a long prompt; the model itself stays as large as it was. What do the examples of SFT "
        "show?",
    ),
    "lora-trains-everything": Misconception(
        "LoRA is taken for training the model itself.",
        "The model is frozen. What stands beside it?",
    ),
    "adapter-taken-for-head": Misconception(
        "LoRA's adapter is taken for a head.",
        "A new last layer is what lesson 3's classifier got. A model that writes keeps its own. What does LoRA put "
        "beside the frozen weights?",
    ),
    "flaws-are-harmless": Misconception(
        "Mistakes in the examples are taken for harmless.",
        "SFT cannot tell a good example from a bad one. What does it do with every example?",
    ),
}
