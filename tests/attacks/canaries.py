"""Words that stand where an attacker must not read, and a nose for them in whatever an attacker can see later.

A canary is made of letters only, so that it is found again however it was cut up: with spaces, tags, a letter a line.
"""

import base64
import html
import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

CHECKS = "quillvortexamberdune"  # in a comment of the hidden checks
HIDDEN = "Wolframhildegunde"  # a name in every hidden conversation, and so in every expected value
NEIGHBOUR = "marbledocktulipfern"  # in a comment of another student's answer
GRADEBOOK = "ospreylanternquince"  # somebody's last name
ENVIRONMENT = "cobaltthistlemeadow"  # a variable of the grader's environment
COURSE = "saffronpebblewillow"  # a file in the course folder
HOME = "juniperbasaltorchid"  # a key in the grader's home
HOST = "larkspurgraniteplum"  # a file that anybody may read and write

ALL = {
    "text of a check": CHECKS,
    "hidden input": HIDDEN,
    "another student's answer": NEIGHBOUR,
    "gradebook": GRADEBOOK,
    "environment": ENVIRONMENT,
    "course folder": COURSE,
    "home": HOME,
    "host": HOST,
}


def plant(course: Path) -> None:
    """Into a course with its own copy of the checks; the neighbours' and the host's are put where those are made."""
    fixtures = course / "autograder" / "checks" / "chat-templates" / "conftest.py"
    text, count = re.subn(
        r"^NAMES = .*$", f'NAMES = ["{HIDDEN}"]  # {CHECKS}', fixtures.read_text(), flags=re.MULTILINE
    )
    assert count == 1
    fixtures.write_text(text)
    (course / "notes-of-the-instructor.txt").write_text(COURSE)


def plant_in_gradebook(database: Path) -> None:
    """Into a gradebook that nbgrader has made."""
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("INSERT INTO student (id, last_name) VALUES ('zz-canary', ?)", (GRADEBOOK,))
    connection.close()


def forms(canary: str) -> set[str]:
    """Ways of writing it, as they stand in a text of nothing but small letters, digits, ``+`` and ``/``."""
    word = canary.lower()
    found = {word, word[::-1], word.encode().hex(), quote(canary), "".join(str(ord(letter)) for letter in canary)}
    found.add("".join(f"{ord(letter):02x}" for letter in canary))
    found.add("".join(chr((ord(letter) - 97 + 13) % 26 + 97) for letter in word))
    for plain in (canary, word, canary[::-1], word[::-1]):
        for shift in range(3):  # whatever stands before it in the same text; the ends are cut off
            written = base64.b64encode(b"x" * shift + plain.encode()).decode().rstrip("=")
            found.add(written[2 if shift else 0 : -2].lower())
    return {form.lower() for form in found}


def sniff(data: bytes) -> list[str]:
    """Of which canaries there is a trace in what somebody can read."""
    text = data.decode("utf-8", "replace")
    versions = {_packed(text), _packed(html.unescape(re.sub(r"<[^>]*>", "", text)))}
    return [name for name, canary in ALL.items() if any(form in one for form in forms(canary) for one in versions)]


def _packed(text: str) -> str:
    text = re.sub(r"\\[nrt]", "", text)  # line breaks in JSON
    return re.sub(r"[^a-z0-9+/]", "", text.lower())
