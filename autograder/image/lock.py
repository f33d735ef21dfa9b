"""Write the locks, ``cpu.lock``, ``cuda.lock`` and ``dev.lock``, from the ranges in pyproject.toml.

Run ``python autograder/image/lock.py`` after changing a range; it needs ``uv`` on the PATH, and a CPU build of torch
where pip would find one (``PIP_FIND_LINKS``). The CPU builds of torch are not on the package registry, so the hashes of
all of them are listed in ``torch-cpu.sha256`` (as PyTorch's own index gives them; the one for Python 3.11 on x86-64
was checked against the file). ``dev.lock`` holds what the tests need beside one of the others; images do without.
``cuda.lock`` is without Triton, which wants a C compiler where trainings run: torch and trl compute without it, too.
No lock has rfc3987-syntax (nor lark, its alone), with which jsonschema looks at a format that no notebook has: its
parsers are made when it is imported, which is most of the time that a command of nbgrader takes to start.
"""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "-q"]
COMPILE += ["--no-emit-package", "rfc3987-syntax", "--no-emit-package", "lark"]
COMPILE += ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-find-links", "--no-emit-index-url"]
PIN = re.compile(r"^(\S+==.*)\n(?: +--hash=.*\n)+", flags=re.MULTILINE)


def main() -> None:
    builds = [line.split() for line in (HERE / "torch-cpu.sha256").read_text(encoding="utf-8").splitlines()]
    version = builds[0][1].split("-")[1]
    torch = [f"torch=={version.removesuffix('+cpu')}", *(f"    --hash=sha256:{digest}" for digest, _ in builds)]
    cpu_build = ("--find-links", os.environ["PIP_FIND_LINKS"], "-P", f"torch=={version}")
    pins = _compile("--extra", "hub", *cpu_build)
    with_tests = _compile("--extra", "hub", "--extra", "dev", *cpu_build)
    more = with_tests.keys() - pins.keys()
    pins[f"torch=={version} \\"] = " \\\n".join(torch) + "\n"
    _write("cpu.lock", pins.values())
    _write("dev.lock", [with_tests[name] for name in sorted(more)])
    _write("cuda.lock", _compile("--extra", "hub", "--no-emit-package", "triton").values())


def _compile(*options: str) -> dict[str, str]:
    """Each package's part of a lock, by its first line."""
    done = subprocess.run([*COMPILE, *options], cwd=ROOT, check=True, capture_output=True, text=True)
    return {found.group(1): found.group() for found in PIN.finditer(done.stdout)}


def _write(name: str, parts: Iterable[str]) -> None:
    (HERE / name).write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
