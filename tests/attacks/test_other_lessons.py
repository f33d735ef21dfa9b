"""Attacks on configs, adapters and models, as ``test_attacks`` tries the others."""

import pytest

from attacks.attack import Attack
from attacks.classes import Classes, attacks_in
from attacks.judging import around, undone, wins

ATTACKS = attacks_in("configs", "models")


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attack_gains_nothing(attack: Attack, classes: Classes) -> None:
    assert wins(attack, classes.of(attack)) == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attack_was_made(attack: Attack, classes: Classes) -> None:
    assert undone(attack, classes.of(attack)) == []


@pytest.mark.parametrize(
    ("name", "solved"),
    [("configs", {"make_lora_config": 3, "make_sft_config": 3}), ("models", {"trainable_share": 5, "merge": 5})],
)
def test_attacks_do_no_harm(name: str, solved: dict[str, int], classes: Classes) -> None:
    """The same solution is handed in twice, before the attackers and after them."""
    graded = classes[name]
    assert around(graded) == []
    first, last = graded.verdict("ada"), graded.verdict("zoe")
    assert first["exercises"] == last["exercises"]
    assert {name: points for name, points in graded.points("ada").items() if points} == solved
