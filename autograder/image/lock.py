"""Write the two locks, ``cpu.lock`` and ``cuda.lock``, from the ranges in pyproject.toml.

Run ``python autograder/image/lock.py`` after changing a range; it needs ``uv`` on the PATH, and a CPU build of torch
where pip would find one (``PIP_FIND_LINKS``). The CPU builds of torch are not on the package registry, so the hashes of
all of them are listed in ``torch-cpu.sha256`` (as PyTorch's own index gives them; the one for Python 3.11 on x86-64
was checked against the file).
"""

import os
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COMPILE = [
    "uv",
    "pip",
    "compile",
    "pyproject.toml",
    "--extra",
    "dev",
    "--universal",
    "--python-version",
    "3.11",
    "-q",
]
COMPILE += [
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-find-links",
    "--no-emit-index-url",
]


def main() -> None:
    builds = [line.split() for line in (HERE / "torch-cpu.sha256").read_text(encoding="utf-8").splitlines()]
    version = builds[0][1].split("-")[1]
    cpu = _compile("--find-links", os.environ["PIP_FIND_LINKS"], "-P", f"torch=={version}")
    found = re.search(r"^torch==.*\n(?: +--hash=.*\n)+", cpu, flags=re.MULTILINE)
    assert found, "torch is not in the lock"
    pinned = [
        f"torch=={version.removesuffix('+cpu')}",
        *(f"    --hash=sha256:{digest}" for digest, _ in builds),
    ]
    cpu = cpu.replace(found.group(), " \\\n".join(pinned) + "\n")
    (HERE / "cpu.lock").write_text(cpu, encoding="utf-8")
    (HERE / "cuda.lock").write_text(_compile(), encoding="utf-8")


def _compile(*options: str) -> str:
    return subprocess.run([*COMPILE, *options], cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
