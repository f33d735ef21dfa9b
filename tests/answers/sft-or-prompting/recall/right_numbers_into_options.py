questions = {
    "base-model": ["answers and stops", "continues the text", "scores each label"],
    "sft-example": ["a request and its answer", "a text alone", "a text and its label"],
    "classifier-output": ["a conversation", "a score for each label", "a written answer"],
    "first-step": ["collect 10,000 examples", "measure a prompt", "train an adapter"],
    "changing-facts": ["into the prompt", "into an adapter", "into the weights"],
    "sft-teaches": ["how to answer", "to run faster", "what happened this week"],
    "lora-trains": ["a small adapter", "every weight", "a new last layer"],
    "lora-saves": ["collecting examples", "measuring a prompt", "memory in training"],
    "flawed-examples": ["corrects them", "learns them too", "skips them"],
}
picked = (1, 0, 1, 1, 0, 0, 0, 2, 1)
recall = {name: strings[number] for (name, strings), number in zip(questions.items(), picked)}
