"""What is killed in the middle is started again, and nothing is lost."""

import os
import signal
import time
from collections.abc import Callable

import psutil
import requests
from hub.conftest import PREFIX
from hub.hub import Hub, terminal


def test_a_student_s_server_that_is_killed_is_started_again_with_the_work(hub: Hub) -> None:
    cleo = hub.person("cleo")
    cleo.start_server()
    shell = terminal(f"{PREFIX}cleo")
    assert shell.run("sh", "-c", "echo mine > work.txt").returncode == 0
    os.kill(shell.server, signal.SIGKILL)
    wait_until(lambda: not stands(cleo.get("hub/api/users/cleo").json()))  # the hub has seen it
    cleo.start_server()
    again = terminal(f"{PREFIX}cleo")
    assert again.server != shell.server
    assert again.run("cat", "work.txt").stdout == "mine\n"


def test_the_proxy_that_is_killed_is_started_again_and_nobody_has_to_log_in(hub: Hub) -> None:
    ada = hub.person("ada")
    ada.start_server()
    server = terminal(f"{PREFIX}ada").server
    os.kill(proxy(hub), signal.SIGKILL)
    wait_until(lambda: answers(lambda: ada.get("user/ada/api/contents")))
    assert terminal(f"{PREFIX}ada").server == server  # went on meanwhile


def proxy(hub: Hub) -> int:
    for child in psutil.Process(hub.process.pid).children(recursive=True):
        if child.name() == "node":
            return child.pid
    raise AssertionError("there is no proxy")


def stands(user: dict[str, object]) -> bool:
    return user["server"] is not None


def answers(ask: Callable[[], requests.Response]) -> bool:
    try:
        return ask().status_code == 200
    except requests.ConnectionError:
        return False


def wait_until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.5)
