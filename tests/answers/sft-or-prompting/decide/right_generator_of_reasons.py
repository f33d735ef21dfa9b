class Case:
    """A copy of a case with names for what is asked."""

    def __init__(self, facts):
        self.__dict__.update(facts)

    def reasons_against_training(self):
        if self.prompt_result != "falls short":
            yield "nothing measured, or nothing to gain"
        if self.facts_missing:
            yield "facts"
        if not self.examples >= 200:
            yield "examples"


def decide(case):
    mine = Case(case)
    if any(mine.reasons_against_training()):
        return "prompting"
    return ["SFT", "task fine-tuning"][mine.output == "label"]
