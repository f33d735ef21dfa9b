"""What counts as a win. The suite asks that there be none; the tests of the defences ask that there be one."""

import json
import re

from attacks import canaries
from attacks.arena import NEIGHBOURS, TWIN, Class
from attacks.attack import BOAST, Attack
from attacks.markup import active_parts, escapes, outputs_active

LARGE = 8 << 20  # of a file that an attacker has filled, this much is looked at


def wins(attack: Attack, attacked: Class) -> list[str]:
    """What this attacker has gained, in words; nothing, if all is well."""
    return [*_marks(attack, attacked), *_reads(attack, attacked), *_shows(attack, attacked)]


def undone(attack: Attack, attacked: Class) -> list[str]:
    """What of this attack did not happen: a cell that was not run, a function that was not called, a limit not hit."""
    verdict = attacked.verdict(attack.student)
    checks = [check for exercise in verdict["exercises"] for check in exercise["checks"]]
    told = [str(word) for word in (*verdict["notes"], *(check["message"] for check in checks))]
    evidence = attacked.evidence[attack.name]
    found = []
    if attack.told and not any(re.search(attack.told, word) for word in told):
        found.append(f"nobody was told of {attack.told!r}, but {sorted(set(told))}")
    printed = _printed(attack, attacked)
    if not attack.loses_output:
        found += [f"nothing printed {word}" for word in evidence.printed if word not in printed]
    for exercise in evidence.answered:
        mine = [check["outcome"] for check in checks if check["id"].startswith(f"{exercise}::")]
        if set(mine) <= {"missing"} and not attack.told:
            found.append(f"{exercise} was never called")
    return found


def _printed(attack: Attack, attacked: Class) -> str:
    """What streams in the autograded notebooks say."""
    folder = attacked.course / "autograded" / attack.student / attacked.assignment
    cells = [cell for path in folder.glob("*.ipynb") for cell in json.loads(path.read_bytes())["cells"]]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", "")) for output in outputs)


def harm(attacked: Class, peaceful: Class) -> list[str]:
    """What the attackers of a class have done to others. ``peaceful``: the same neighbours without them."""
    found = around(attacked)
    if attacked.said.count("\x1b") > peaceful.said.count("\x1b"):
        found.append("escape sequences in what the command says")
    for student in NEIGHBOURS:
        found += [
            f"{student}: {name} is not what it is without attackers"
            for name in _differences(attacked, peaceful, student)
        ]
    return found


def around(attacked: Class) -> list[str]:
    """What has become of the host, and of the grading run itself."""
    found = [f"outlived the run: {one}" for one in attacked.outlived]
    found += [f"changed: {one}" for one in attacked.changed]
    found += [f"called the host: {one}" for one in attacked.heard]
    if attacked.status not in (0, 3):
        found.append(f"grading ended with {attacked.status}: {attacked.said[-500:]}")
    return found


def _differences(attacked: Class, peaceful: Class, student: str) -> list[str]:
    try:
        here, there = attacked.record(student), peaceful.record(student)
    except FileNotFoundError as error:
        return [f"{error.filename} (missing)"]
    return [name for name in sorted(here.keys() | there.keys()) if here.get(name) != there.get(name)]


def _marks(attack: Attack, attacked: Class) -> list[str]:
    try:
        verdict = attacked.verdict(attack.student)
    except FileNotFoundError:
        return ["was not graded"]
    found = []
    honest = attacked.points(TWIN)
    for exercise in verdict["exercises"]:
        name, points = exercise["id"], exercise["points"]
        least = 0 if name in attack.costs or attack.unreadable else honest[name]
        if not least <= points <= honest[name] + attack.earns.get(name, 0):
            found.append(f"{points} points for {name}, where the honest part earned {honest[name]}")
        if any(check["outcome"] == "grader error" for check in exercise["checks"]):
            found.append(f"the grader failed in {name}")
    if bool(verdict["left_for_person"]) != attack.unreadable:
        found.append(f"left for a person: {verdict['left_for_person']}")
    booked = {
        name.removesuffix("-checks"): score for name, score, *_ in attacked.record(attack.student)["gradebook.db"]
    }
    if not attack.unreadable and booked != attacked.points(attack.student):
        found.append(f"the gradebook says {booked}")
    return found


def _reads(attack: Attack, attacked: Class) -> list[str]:
    """Canaries in anything that comes of the submission. The command's own words are for the instructor."""
    found = []
    for name, data in _seen(attack, attacked).items():
        found += [f"{canary} leaked into {name}" for canary in canaries.sniff(data)]
        if BOAST.encode() in data:
            place = data.index(BOAST.encode())
            found.append(f"got what it wanted: {data[place : place + 300]!r} in {name}")
    return found


def _shows(attack: Attack, attacked: Class) -> list[str]:
    """What would run, load or steer something where a person looks at it."""
    found = []
    for name, data in _seen(attack, attacked).items():
        if name.endswith((".html", ".htm", ".svg", ".xhtml")) and name.startswith("feedback"):
            found += [f"{part} in {name}" for part in active_parts(data.decode("utf-8", "replace"))]
        if name.endswith(".ipynb"):
            found += [f"{part} in an output of {name}" for part in outputs_active(data)]
        if name.endswith((".ipynb", "verdict.json")):
            found += [f"the escape sequence {code!r} in {name}" for code in escapes(data)]
    with (attacked.course / "grades.csv").open(newline="") as file:
        cells = [cell for row in file.read().splitlines() for cell in row.split(",")]
    found += [f"a formula in grades.csv: {cell}" for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    return found


def _seen(attack: Attack, attacked: Class) -> dict[str, bytes]:
    """All files that came of the submission."""
    found = {}
    for folder in ("autograded", "feedback"):
        for path in sorted((attacked.course / folder / attack.student).rglob("*")):
            if path.is_file():
                with path.open("rb") as file:
                    found[str(path.relative_to(attacked.course))] = file.read(LARGE)
    verdict = attacked.verdict_file(attack.student)
    return found | ({"verdict.json": verdict.read_bytes()} if verdict.exists() else {})
