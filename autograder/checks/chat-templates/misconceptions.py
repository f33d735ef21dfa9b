"""The misconceptions that the checks of `chat-templates` can name: what a student reads when one is found."""

from autograder.judge.check import Misconception

MISCONCEPTIONS: dict[str, Misconception] = {
    # Shared by several exercises
    "nothing-returned": Misconception(
        "The function gives nothing back.",
        "It returned None. Printing a value shows it to you; a caller only gets what follows `return`.",
    ),
    "arguments-changed": Misconception(
        "The function changes the tokenizer or the messages that it was given.",
        "Whoever called it still needs both. Work on a new list, for example one made with `+`, instead of "
        "appending or removing, and leave the tokenizer's attributes as they are.",
    ),
    "hand-written-template": Misconception(
        "The chat format is written by hand, or by another tokenizer.",
        "Every model has its own special words, roles and separators. The tokenizer carries them as its chat "
        "template: let the one that the function is given write the text, and any tokenizer will do.",
    ),
    "tokens-instead-of-text": Misconception(
        "Tokens come back where a text is asked for.",
        "`apply_chat_template` tokenises unless it is told not to. One of its arguments turns that off. Tokens that "
        "are joined, or decoded one by one, are not the text: a letter may be two of them.",
    ),
    "text-in-a-container": Misconception(
        "The text comes back inside a list or a dictionary.",
        "The function gives back one text, a `str`. Where you hand over a list of conversations, a list of texts comes "
        "back: hand over the one conversation, or take its text out.",
    ),
    "arguments-not-used": Misconception(
        "The function does not use what it is given.",
        "Nothing of the messages that it was given comes back. A variable that the notebook has by chance is another "
        "conversation: use the function's own arguments.",
    ),
    "messages-left-out": Misconception(
        "Some of the messages are left out.",
        "The text is what the template gives for fewer messages than the function was given. Hand over the whole list: "
        "system message, earlier rounds and all.",
    ),
    "message-by-message": Misconception(
        "Parts of the conversation are rendered on their own, and the pieces are joined.",
        "A template writes some things once for a conversation: a begin token, a default system turn. "
        "Render the list of messages as a whole.",
    ),
    "special-tokens-lost": Misconception(
        "The special tokens are gone from the text.",
        "They tell the model where a turn begins and ends. Decoding drops them when it is told to skip special "
        "tokens; rendering without tokenising keeps them.",
    ),
    "system-turn-by-hand": Misconception(
        "A system turn is added or suppressed by hand.",
        "Some templates insert a system turn of their own when the messages have none. That is the template's "
        "decision: pass the messages as they are.",
    ),
    "contents-changed": Misconception(
        "The texts are tidied before or after rendering.",
        "Whether spaces and newlines stay is up to the template; some trim, some do not. "
        "Neither strip the texts nor replace anything in the result.",
    ),
    "rendering-stripped": Misconception(
        "The rendered text is stripped at its ends.",
        "A newline at the end of a rendering belongs to the format: the model has seen it in that place in "
        "training. Return the rendering as it is.",
    ),
    "no-generation-prompt": Misconception(
        "The generation prompt is missing.",
        "After the last message of the user the model must see the start of an assistant turn; otherwise it "
        "writes that header itself, or goes on as the user. The template can add it when asked.",
    ),
    # to_messages
    "sharegpt-keys-kept": Misconception(
        "The keys of ShareGPT, `from` and `value`, are kept.",
        "A chat template looks for `role` and `content` in each message, and for nothing else.",
    ),
    "sharegpt-roles-kept": Misconception(
        "The role names of ShareGPT, `human` and `gpt`, are kept.",
        "Chat templates know the roles system, user and assistant. A template may print an unknown name "
        "as if it were a role, without any error.",
    ),
    "system-message-dropped": Misconception(
        "The system message is lost, or given to another role.",
        "A conversation may begin with a system message. It shapes the answers, so it stays, first and with its role.",
    ),
    "not-a-list": Misconception(
        "What comes back is not a list of messages.",
        "A template takes one list, with a dictionary of texts for each message: no tuple, no generator, nothing "
        "around the list.",
    ),
    "speakers-mixed-up": Misconception(
        "Some messages have another speaker's role.",
        "Who speaks stands in the record, turn by turn; it does not follow from the turn's place.",
    ),
    "more-than-a-message": Misconception(
        "A message has more than a role and a content.",
        "A template may print any key that it knows. Keep to `role` and `content`.",
    ),
    "message-added": Misconception(
        "A message is added that the record does not have.",
        "The conversation is what the record says, no more. A system message that is not there is for the template to "
        "add, or not.",
    ),
    "earlier-messages-kept": Misconception(
        "Messages of an earlier call are still in the list.",
        "A list that is made outside of the function, or as the default of an argument, is the same one in every "
        "call, and grows. Each record gets a list of its own.",
    ),
    "turns-lost": Misconception(
        "Messages of a longer conversation are lost, joined or out of order.",
        "A conversation may have many rounds. Each of its entries becomes one message, with its text unchanged.",
    ),
    "only-one-format": Misconception(
        "Only one of the two record formats is understood.",
        "A ShareGPT record has `conversations`; an Alpaca record has `instruction`, `output` and sometimes `input`. "
        "Neither has the keys of the other: look at which keys there are before you read them.",
    ),
    "alpaca-prompt-in-content": Misconception(
        "The old Alpaca prompt text is put into the message.",
        "Headings such as `### Instruction:` were a prompt format of their own. Now the chat template marks who "
        "speaks: a message holds only what was said.",
    ),
    "input-dropped": Misconception(
        "The `input` of an Alpaca record is lost.",
        "`input` is the material that the instruction is about. Without it the answer makes no sense.",
    ),
    "input-not-separated": Misconception(
        "Instruction and input are not one user message with a blank line between them.",
        "The input follows the instruction in the same message. A blank line means two newlines, one after the other.",
    ),
    "blank-input-kept": Misconception(
        "A blank `input` is not treated as absent.",
        "Many records have no `input`, or one that is empty or holds only spaces. Then the user message is the "
        "instruction alone, with nothing after it.",
    ),
    "texts-changed": Misconception(
        "The texts are changed on the way.",
        "Spaces and newlines belong to a text, and so do words that are also names of keys or roles. Copy what was "
        "said, and change nothing in it.",
    ),
    "record-changed": Misconception(
        "The function changes the record that it was given.",
        "`pop`, `del`, and new values for old keys change the caller's data set. "
        "Build new messages and leave the record alone.",
    ),
    # render_for_training
    "answer-left-out": Misconception(
        "The last answer is missing from the training text.",
        "The answer is what the model is to learn. All messages are rendered for training, the last one too.",
    ),
    "generation-prompt-in-training": Misconception(
        "The training text ends with an open, empty assistant turn.",
        "The generation prompt is for inference, where an answer is to follow. "
        "In training the answer is already there.",
    ),
    "last-turn-left-open": Misconception(
        "The last answer's turn is left open.",
        "Continuing the last message is for prefilling. In training the answer is complete, and its end teaches the "
        "model to stop.",
    ),
    "end-token-doubled": Misconception(
        "An end token is added by hand, beside the template's own.",
        "The template already ends every turn. A model trained on a doubled end token learns to write it.",
    ),
    "begin-token-by-hand": Misconception(
        "A begin token is added by hand.",
        "Where a model needs a begin token, its template writes it. Add nothing to the rendering.",
    ),
    "cut-short": Misconception(
        "The text is cut off.",
        "Truncation takes the end away, and with it what the model is to learn: the answer, and where it stops. How "
        "long a row may be is decided later, by the trainer.",
    ),
    # render_for_inference
    "words-after-the-prompt": Misconception(
        "Words are added after the generation prompt.",
        "What follows it is the model's answer: words that are added there are put into the model's mouth. A question "
        "belongs into the user's message.",
    ),
    "empty-answer-closed": Misconception(
        "An empty answer is appended, and its turn is closed.",
        "An empty assistant message tells the model that the answer is over. "
        "The turn only has to be opened; the template has an option for that.",
    ),
    "history-dropped": Misconception(
        "Only the last message is rendered.",
        "The model remembers nothing between calls. It sees the earlier messages only if they are in the prompt.",
    ),
    "opened-by-hand": Misconception(
        "The words that open the assistant's turn are put together by hand.",
        "They are not always those that stand before an answer in the training text, and some templates add "
        "none at all. Ask the template for its generation prompt.",
    ),
    # encode_for_generation
    "batch-encoding-taken-for-tensor": Misconception(
        "What `apply_chat_template` returns, or something else, is used as if it were of another type.",
        "Most often a tokenised chat is taken for a tensor: in current releases it comes back as a mapping, with the "
        "ids under one key and the attention mask under another. The check below your cell shows Python's own message.",
    ),
    "text-instead-of-tokens": Misconception(
        "A text comes back where tokens are asked for.",
        "`model.generate` works on token ids. Let the tokenizer tokenise as well as render.",
    ),
    "input-ids-only": Misconception(
        "Token ids and attention mask do not both come back under their names.",
        "`model.generate(**x)` wants names for its arguments: give back the whole mapping, with `input_ids` and "
        "`attention_mask`.",
    ),
    "lists-instead-of-tensors": Misconception(
        "The values are lists, not PyTorch tensors of token ids.",
        "A model computes with tensors. One argument of the tokenizer says which kind of tensor to return.",
    ),
    "no-batch-dimension": Misconception(
        "It is not a batch of one row.",
        "A model takes a batch, even of one conversation: the shape is (1, n), not (n,), nor a row for each message.",
    ),
    "begin-token-lost": Misconception(
        "The begin token is gone.",
        "The template writes it for a reason: the model saw it at the start of each text. Switch off the tokenizer's "
        "own one where it would be doubled, and leave the template's.",
    ),
    "cut-off": Misconception(
        "The end of the text is missing, in whole or in part.",
        "There the assistant's turn begins, and its last newline belongs to it. Truncation takes it away, and so does "
        "stripping the text. Keep every token.",
    ),
    "tokenised-twice": Misconception(
        "Special tokens of the tokenizer's are added to those of the template.",
        "The rendered text already holds all that the model has to see. Tokenising that text may add a begin token to "
        "it, or an end. Render and tokenise in one step, or switch the second one off.",
    ),
    "other-tokens": Misconception(
        "The tokens are not those of the conversation as the template writes it.",
        "Decode yours, and print beside it what the template renders with its generation prompt: something was added, "
        "left out or changed.",
    ),
    "wrong-attention-mask": Misconception(
        "The attention mask does not show the model every token.",
        "Without padding there is nothing to hide: one 1 for every token, and as many as there are ids. "
        "End-of-turn tokens inside the conversation are part of it, even where they share an id with padding.",
    ),
    "not-for-generate": Misconception(
        "The mapping is not what `model.generate(**x)` needs, and no more.",
        "Everything in the mapping is handed to the model by its name, so it holds nothing but `input_ids` and "
        "`attention_mask`, and the ids are whole numbers.",
    ),
    # prefill
    "turn-closed": Misconception(
        "The assistant's turn is closed after the opening.",
        "An end token after the opening tells the model that it has finished. The turn has to stay open, "
        "so that the model continues the sentence. The template can continue the last message.",
    ),
    "generation-prompt-and-continue": Misconception(
        "A `ValueError`: two options exclude each other, or a text is looked for that is not there.",
        "A generation prompt opens another turn, a prefill goes on in the turn that the opening began: ask for one of "
        "them. And words that end a turn differ from template to template: let the template leave the turn open.",
    ),
    "generation-prompt-after-opening": Misconception(
        "A second assistant turn is opened after the opening.",
        "The opening is already the beginning of the answer. Ask the template to continue the last message "
        "instead of adding a generation prompt.",
    ),
    "opening-left-out": Misconception(
        "The opening is not at the end of the text.",
        "The assistant's turn begins with the opening, and the model goes on from there, so it comes last: no space "
        "or newline of yours behind it.",
    ),
    "prompt-plus-opening": Misconception(
        "The opening is glued to the prompt.",
        "A template may put something between the start of the turn and the answer, or leave out something that "
        "is in the prompt. Give the opening to the template as a message, so that it writes what it would write.",
    ),
    "opening-by-the-user": Misconception(
        "The opening is not the assistant's.",
        "It is the beginning of the *assistant's* answer: the message that is continued has the assistant's role.",
    ),
    "opening-stripped": Misconception(
        "Spaces around the opening are removed or kept by hand.",
        "Whether they stay is up to the template. Pass the opening as it is, and change nothing in the rendering.",
    ),
    "cut-at-first-match": Misconception(
        "The rendering is cut where the opening first appears.",
        "The same words may stand earlier in the conversation. Let the template leave the last turn open, "
        "instead of searching in the text.",
    ),
    # answer_mask
    "bool-or-tensor-mask": Misconception(
        "The mask is not a list of the integers 0 and 1.",
        "Tensors, truth values and lists in lists look alike when printed. The checks want one flat list of `int`.",
    ),
    "mask-length": Misconception(
        "The mask does not have one entry for each token of the training text.",
        "It marks tokens, not characters or messages, of the whole conversation as it is rendered for training: "
        "without a generation prompt, and with no special tokens added to it. Two entries? Then you counted what "
        "`apply_chat_template` returns, a mapping, and not its `input_ids`.",
    ),
    "mask-inverted": Misconception(
        "The mask is the wrong way round.",
        "1 means that a token is trained on: a token that the assistant wrote. All others are 0.",
    ),
    "everything-marked": Misconception(
        "Tokens that the assistant did not write are marked too.",
        "The mask marks the tokens that the model is to learn to write. What the system and the user say is "
        "only read. An attention mask is something else.",
    ),
    "only-one-answer-marked": Misconception(
        "Only one of several answers is marked.",
        "Every assistant message is an example of what the model should write, not only the first or the last.",
    ),
    "answer-marked-in-part": Misconception(
        "Some tokens within an answer are not marked.",
        "The model writes every token of its answer. A letter may be two tokens, and a word several: what is counted "
        "in characters or words misses some of them.",
    ),
    "end-of-turn-not-marked": Misconception(
        "The token that ends the answer is not marked.",
        "A model that was never trained on the end of its turn does not know how to stop. "
        "The template counts this token as part of the answer.",
    ),
    "nothing-marked": Misconception(
        "No token is marked.",
        "The answers were not found. The words around a turn differ from template to template; the template "
        "itself knows which part is an answer, and the tokenizer can give you that.",
    ),
    "prefix-lengths": Misconception(
        "The mask is worked out from the lengths of prefixes, or from where the next turn starts.",
        "A template may put a header or newlines around an answer that are not part of it. It says itself which "
        "part is generated; the tokenizer can give you that.",
    ),
    "marks-made-up": Misconception(
        "Tokens are marked although the template marks none.",
        "A template without marks gives a mask of zeros. Put no marks of your own in their place: they would be a "
        "guess.",
    ),
    "text-searched": Misconception(
        "Answers are found by searching for them.",
        "The same words, or the same tokens, may also stand in a question. "
        "The template knows which part of its text is an answer; ask the tokenizer for that.",
    ),
}
