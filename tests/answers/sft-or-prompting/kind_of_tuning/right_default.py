from collections import defaultdict
from enum import Enum


class Kind(str, Enum):
    TASK = "task fine-tuning"
    SFT = "SFT"


kind_of_tuning = defaultdict(lambda: Kind.SFT)
kind_of_tuning.update({name: Kind.TASK for name in "class-number new-layer score-per-label highest-score".split()})
kind_of_tuning["one-more-label"] = kind_of_tuning["two-outputs"] = Kind.TASK
for name in "written-answer conversation next-token generates follows-instructions many-requests".split():
    kind_of_tuning[name]  # asking for it puts it there
