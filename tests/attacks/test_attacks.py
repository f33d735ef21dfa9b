"""Every attack, through the whole pipeline, in classes with honest submissions before and after.

An attacker's marks must be what the honest part earned, no canary may leak, nothing may outlive the run, and the
neighbours' marks and feedback must be byte for byte those of a class without attackers.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from attacks.arena import NEIGHBOURS, Class, grade_class
from attacks.attack import ROWS, Attack, load
from attacks.host import Host
from attacks.judging import around, harm, undone, wins
from attacks.lessons import LESSONS

ATTACKS = load()
# Which themes share a class: those that burn time apart from those that look around.
CLASSES = {
    "marks": ("forged_marks", "notebook_structure", "judge"),
    "secrets": ("reading", "probes", "network", "pages"),
    "machine": ("resources", "kernel_lifetime", "files"),
    "configs": ("configs",),
    "models": ("models",),
}
WHERE = {theme: name for name, themes in CLASSES.items() for theme in themes}


class Classes:
    """Graded when they are first asked for."""

    def __init__(self, folder: Path, host: Host) -> None:
        self._folder = folder
        self._host = host
        self._graded: dict[str, Class] = {}

    def __getitem__(self, name: str) -> Class:
        if name not in self._graded:
            members = [one for one in ATTACKS.values() if WHERE[one.theme] == name]
            grade = LESSONS.get(name, grade_class)
            self._graded[name] = grade(self._folder / name, self._host, members)
        return self._graded[name]


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classes]:
    with Host() as host:
        yield Classes(tmp_path_factory.mktemp("classes"), host)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attack_gains_nothing(attack: Attack, classes: Classes) -> None:
    assert wins(attack, classes[WHERE[attack.theme]]) == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attack_was_made(attack: Attack, classes: Classes) -> None:
    assert undone(attack, classes[WHERE[attack.theme]]) == []


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in LESSONS])
def test_attacks_do_no_harm(name: str, classes: Classes) -> None:
    assert harm(classes[name], classes["peaceful"]) == []


@pytest.mark.parametrize(
    ("name", "solved"),
    [("configs", {"make_lora_config": 3, "make_sft_config": 3}), ("models", {"trainable_share": 5, "merge": 5})],
)
def test_attacks_in_other_lessons_do_no_harm(name: str, solved: dict[str, int], classes: Classes) -> None:
    """The same solution is handed in twice, before the attackers and after them."""
    graded = classes[name]
    assert around(graded) == []
    first, last = graded.verdict("ada"), graded.verdict("zoe")
    assert first["exercises"] == last["exercises"]
    assert {name: points for name, points in graded.points("ada").items() if points} == solved


def test_neighbours_get_marks(classes: Classes) -> None:
    """Else that they get the same everywhere would say nothing."""
    assert classes["peaceful"].status == 0
    points = [sum(classes["peaceful"].points(student).values()) for student in NEIGHBOURS]
    assert points[0] == points[-1] == 41
    assert all(0 < some < 41 for some in points[1:-1])


def test_every_row_is_tried() -> None:
    assert {attack.row for attack in ATTACKS.values()} == ROWS.keys()


def test_attacks_are_many() -> None:
    assert len(ATTACKS) >= 70
