"""Every attack, through the whole pipeline, in classes with honest submissions before and after.

An attacker's marks must be what the honest part earned, no canary may leak, nothing may outlive the run, and the
neighbours' marks and feedback must be byte for byte those of a class without attackers. ``test_other_lessons`` tries
those that need another lesson than the main one.
"""

import os

import pytest

from attacks.arena import NEIGHBOURS
from attacks.attack import ROWS, Attack, load
from attacks.classes import Classes, attacks_in
from attacks.judging import harm, undone, wins
from autograder.sandbox.cgroup import MemoryGroup

NAMES = ("marks", "secrets", "machine")
ATTACKS = attacks_in(*NAMES)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attack_gains_nothing(attack: Attack, classes: Classes) -> None:
    assert wins(attack, classes.of(attack)) == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attack_was_made(attack: Attack, classes: Classes) -> None:
    assert undone(attack, classes.of(attack)) == []


@pytest.mark.parametrize("name", NAMES)
def test_attacks_do_no_harm(name: str, classes: Classes) -> None:
    assert harm(classes[name], classes["peaceful"]) == []


def test_neighbours_get_marks(classes: Classes) -> None:
    """Else that they get the same everywhere would say nothing."""
    assert classes["peaceful"].status == 0
    points = [sum(classes["peaceful"].points(student).values()) for student in NEIGHBOURS]
    assert points[0] == points[-1] == 41
    assert all(0 < some < 41 for some in points[1:-1])


def test_control_groups_are_written_down(classes: Classes) -> None:
    """Else that none is left would say nothing."""
    group = MemoryGroup.create(f"course-attacks-{os.getpid()}", 64)
    if group is None:
        pytest.skip("no control group can be made here")
    group.remove()
    made = (classes["peaceful"].course / "made.log").read_text().splitlines()
    assert any(path.startswith("/sys/fs/cgroup/") for path in made)


def test_every_row_is_tried() -> None:
    assert {attack.row for attack in load().values()} == ROWS.keys()


def test_attacks_are_many() -> None:
    assert len(load()) >= 70
