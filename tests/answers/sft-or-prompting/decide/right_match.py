def decide(case):
    match case:
        case {"prompt_result": "falls short", "facts_missing": False, "examples": n, "output": kind} if n >= 200:
            match kind:
                case "label":
                    return "task fine-tuning"
                case _:
                    return "SFT"
        case _:
            return "prompting"
