# exercise: decide
# misconception: case-taken-apart
def decide(case):
    result, facts_missing, examples, output, strict_format, lora = case.values()
    if result != "falls short" or facts_missing or examples < 200:
        return "prompting"
    return "task fine-tuning" if output == "label" else "SFT"
