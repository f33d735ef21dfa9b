names = """class-number written-answer conversation new-layer next-token score-per-label generates highest-score
one-more-label two-outputs follows-instructions many-requests""".split()
letters = "TSSTSTSTTTSS"
kind_of_tuning = dict(zip(names, [{"T": "Task fine-tuning ", "S": "sft"}[letter] for letter in letters]))
kind_of_tuning["my own note"] = "a head means labels"
