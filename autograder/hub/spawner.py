"""Where people's servers run: as an account of the operating system, whose name need not be the hub's."""

import pwd
from collections.abc import Callable

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Dict, Unicode


class AccountSpawner(LocalProcessSpawner):  # type: ignore[misc]
    """A student's server runs as an account of their own; those who grade share the course's."""

    prefix = Unicode(help="what the account of a hub's user begins with").tag(config=True)
    shared = Dict(help="accounts of those who have none of their own, by name in the hub").tag(config=True)

    def account(self, name: str) -> str:
        """Raises ValueError where somebody's own would be one that others share."""
        own = f"{self.prefix}{name}"
        if name not in self.shared and own in self.shared.values():
            raise ValueError(f"nobody can be called {name!r} here: {own} is the account of those who grade")
        return str(self.shared.get(name, own))

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        return super().make_preexec_fn(self.account(name))

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        account = pwd.getpwnam(self.account(self.user.name))
        env.update(USER=account.pw_name, HOME=account.pw_dir, SHELL=account.pw_shell)
        return env
