# exercise: decide
# misconception: case-taken-apart
def rule(prompt_result, facts_missing, examples, output, strict_format, lora):
    if prompt_result != "falls short" or facts_missing or examples < 200:
        return "prompting"
    return "task fine-tuning" if output == "label" else "SFT"


def decide(case):
    return rule(**case)
