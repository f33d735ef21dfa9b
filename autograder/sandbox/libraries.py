"""Libraries that take their time to import, so that the fork server does it once for all notebooks that want them.

What a student's own cells import counts, too. So a kernel may have a library more for what was run before it; that is
all that can be seen of a neighbour, and it stands in the notebook, before any hidden input is known.
"""

import re

from nbformat import NotebookNode

# By the name that a notebook says, what is to be imported, in the order in which it is.
LIBRARIES = {
    "torch": "torch",
    "transformers": "transformers",
    "datasets": "datasets",
    "matplotlib": "matplotlib.pyplot",
    "peft": "peft",
    "trl": "trl.trainer.sft_trainer",
}
_IMPORTS = re.compile(r"^[ \t]*(?:import|from)\b.*", re.MULTILINE)


def imported(notebook: NotebookNode) -> list[str]:
    """Which of these modules the notebook seems to import: one too many costs time, and so does one too few."""
    lines = " ".join(
        line for cell in notebook.cells if cell.cell_type == "code" for line in _IMPORTS.findall(cell.source)
    )
    words = set(re.findall(r"\w+", lines))
    return [module for name, module in LIBRARIES.items() if name in words]
