"""A hub for all tests here, with accounts of the operating system: only root can make those."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from conftest import ROOT
from hub.hub import Hub, free_port, read

PREFIX = "coursetest-"
HARDWARE = {"COURSE_PROFILE": "cpu", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}


@contextlib.contextmanager
def started(prefix: str, **settings: str) -> Iterator[Hub]:
    """``settings``: of the environment, as a deployment has them."""
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder.hub.run", f"--port={free_port()}", f"--prefix={prefix}"],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield read(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=90)


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    if os.geteuid() != 0:
        pytest.skip("only root can make accounts of the operating system")
    proxy_is_there()
    with started(PREFIX, **HARDWARE) as ready:
        yield ready


def proxy_is_there() -> None:
    if not (ROOT / ".hub/node_modules/.bin/configurable-http-proxy").exists():
        pytest.skip("the proxy is not installed: make .hub/node_modules/.bin/configurable-http-proxy")
