"""Accounts with passwords kept by the hub alone: none of them opens anything else on the machine."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import Unicode

_COST = {"n": 2**14, "r": 8, "p": 1}


class PasswordFile(Authenticator):  # type: ignore[misc]
    """Asks a file of salted hashes that only the hub's user can read."""

    path = Unicode(help="the file, as write_passwords makes it").tag(config=True)

    async def authenticate(self, _handler: Any, data: Mapping[str, str]) -> str | None:
        known = json.loads(Path(self.path).read_text())
        salt, expected = known.get(data["username"], ("", ""))
        given = _hash(data["password"], salt)  # for unknown names, too: the time it takes tells nobody who is known
        return data["username"] if hmac.compare_digest(given, expected) else None


def write_passwords(path: Path, names: list[str]) -> dict[str, str]:
    """Give each name a random password, which is kept as a hash. Returns the passwords."""
    passwords = {name: secrets.token_urlsafe(12) for name in names}
    hashes = {}
    for name, password in passwords.items():
        salt = secrets.token_hex(16)
        hashes[name] = (salt, _hash(password, salt))
    path.touch(mode=0o600)
    path.write_text(json.dumps(hashes))
    return passwords


def _hash(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=salt.encode(), **_COST).hex()
