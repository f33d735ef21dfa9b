"""What is installed with the package, where it is installed from a wheel."""

import ast
import subprocess
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "autograder"
# What is read by people, and by what works in a checkout alone: it makes locks and images.
OF_A_CHECKOUT = (
    "*/*.md",
    "hub/guide/*",
    "image/*.lock",
    "image/*.sha256",
    "image/*.txt",
    "image/*.yaml",
    "image/Containerfile*",
)


def matched(patterns: tuple[str, ...]) -> set[Path]:
    return {path.relative_to(ROOT) for pattern in patterns for path in PACKAGE.glob(pattern)}


def test_every_data_file_is_in_the_wheel_or_of_use_in_a_checkout_alone() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    listed = subprocess.run(["git", "ls-files", "-z", "autograder"], cwd=ROOT, check=True, stdout=-1, text=True).stdout
    data = {Path(name) for name in listed.split("\0") if name and not name.endswith(".py")}
    installed = matched(settings["package-data"]["autograder"])
    assert data - installed == matched(OF_A_CHECKOUT)


LAYERS = (  # each may import of those after it alone
    *("cli", "samples", "build", "hub", "image", "doctor", "grading", "report", "gradebook", "checks", "judge"),
    *("almanac", "sandbox", "models", "machine", "clean", "verdict", "course", "config", "files", "errors"),
)


def imported(path: Path) -> set[str]:
    """What of the package a module imports, at its head or in a function."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [f"{getattr(node, 'module', '')}.{alias.name}".strip(".") for node in nodes for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith(f"{PACKAGE.name}.")}


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_one_way(layer: str) -> None:
    modules = [PACKAGE / f"{layer}.py", *(PACKAGE / layer).rglob("*.py")]
    found = {name for module in modules if module.is_file() for name in imported(module)}
    assert found - {layer} <= set(LAYERS[LAYERS.index(layer) + 1 :])


def test_every_module_has_its_layer() -> None:
    names = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert names - {"__init__"} | {"checks"} == set(LAYERS)
