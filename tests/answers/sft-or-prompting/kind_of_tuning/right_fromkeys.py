about_labels = {"class-number", "new-layer", "score-per-label", "highest-score", "one-more-label", "two-outputs"}
about_text = {"written-answer", "conversation", "next-token", "generates", "follows-instructions", "many-requests"}
kind_of_tuning = dict.fromkeys(about_labels, "task fine-tuning") | dict.fromkeys(about_text, "SFT")
