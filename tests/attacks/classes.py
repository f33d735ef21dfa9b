"""Classes of attackers, each graded once: which themes share one, and who is in it."""

from collections.abc import Container
from pathlib import Path

from attacks.arena import Class, grade_class
from attacks.attack import Attack, load
from attacks.host import Host
from attacks.lessons import LESSONS

# Those that burn time are apart from those that look around.
THEMES = {
    "marks": ("forged_marks", "notebook_structure", "judge"),
    "secrets": ("reading", "probes", "network", "pages"),
    "machine": ("resources", "kernel_lifetime", "files"),
    "configs": ("configs",),
    "models": ("models",),
}
WHERE = {theme: name for name, themes in THEMES.items() for theme in themes}


def attacks_in(*names: str) -> dict[str, Attack]:
    """By name, those of these classes."""
    return {name: attack for name, attack in load().items() if WHERE[attack.theme] in names}


class Classes:
    """Graded when they are first asked for. ``asked``: the attacks that tests ask for; a class has no others, unless
    tests ask for none of its own: then it has all."""

    def __init__(self, folder: Path, host: Host, asked: Container[str]) -> None:
        self._folder = folder
        self._host = host
        self._asked = asked
        self._graded: dict[str, Class] = {}

    def __getitem__(self, name: str) -> Class:
        if name not in self._graded:
            known = attacks_in(name)
            asked = [one for one in known.values() if one.name in self._asked]
            grade = LESSONS.get(name, grade_class)
            self._graded[name] = grade(self._folder / name, self._host, asked or known.values())
        return self._graded[name]

    def of(self, attack: Attack) -> Class:
        return self[WHERE[attack.theme]]
