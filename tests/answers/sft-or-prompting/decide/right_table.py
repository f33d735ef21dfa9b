import itertools

RESULTS = ("not tried", "good enough", "falls short")
TABLE = dict.fromkeys(itertools.product(RESULTS, (True, False), (True, False), ("label", "text")), "prompting")
TABLE["falls short", False, True, "label"] = "task fine-tuning"
TABLE["falls short", False, True, "text"] = "SFT"


def decide(case):
    return TABLE[case["prompt_result"], case["facts_missing"], case["examples"] >= 200, case["output"]]
