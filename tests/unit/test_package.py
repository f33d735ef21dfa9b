"""What is installed with the package, where it is installed from a wheel."""

import subprocess
import tomllib
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "autograder"
# What is read by people, and by what works in a checkout alone: it makes locks and images.
OF_A_CHECKOUT = ("*/*.md", "hub/guide/*", "image/*.lock", "image/*.sha256", "image/*.txt", "image/Containerfile*")


def matched(patterns: tuple[str, ...]) -> set[Path]:
    return {path.relative_to(ROOT) for pattern in patterns for path in PACKAGE.glob(pattern)}


def test_every_data_file_is_in_the_wheel_or_of_use_in_a_checkout_alone() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    listed = subprocess.run(["git", "ls-files", "-z", "autograder"], cwd=ROOT, check=True, stdout=-1, text=True).stdout
    data = {Path(name) for name in listed.split("\0") if name and not name.endswith(".py")}
    installed = matched(settings["package-data"]["autograder"])
    assert data - installed == matched(OF_A_CHECKOUT)
