"""The classes of attackers, with the host that they attack."""

from collections.abc import Iterator

import pytest

from attacks.attack import Attack
from attacks.classes import Classes
from attacks.host import Host


@pytest.fixture(scope="module")
def classes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classes]:
    """A class has the attacks that this run of pytest asks for: with ``-k fork-bomb`` nothing else is waited for."""
    parameters = [item.callspec.params.get("attack") for item in request.session.items if hasattr(item, "callspec")]
    asked = {one.name for one in parameters if isinstance(one, Attack)}
    with Host() as host:
        yield Classes(tmp_path_factory.mktemp("classes"), host, asked)
