"""JupyterHub for the course, as `make hub` tries it out. What another hub takes over: README.md, "A real class".

What differs from one to another comes from the environment (`make hub` itself sets all but the database, the
authenticator and TLS):

    COURSE_HUB_FOLDER           the class, the exchange and what the hub remembers; autograder/hub/layout.py makes it
    COURSE_HUB_STAFF            who grades, separated by commas; the first changes the class list
    COURSE_HUB_STUDENTS         who is in the class
    COURSE_HUB_PREFIX           of the accounts of the operating system; empty: everything runs as the hub's own user
    COURSE_HUB_DATABASE         a PostgreSQL server, postgresql://user@host, with the databases course_hub and
                                course_gradebook; without it the hub and the gradebook are files
    COURSE_HUB_AUTHENTICATOR    any class that JupyterHub knows, by its name; without it the hub's own password file
    COURSE_HUB_TLS              a folder with key.pem and cert.pem; without it the hub listens on the loopback alone
    COURSE_HUB_BIND             address and port for people, 127.0.0.1:8000 without it
    COURSE_HUB_PROXY            the proxy's program, configurable-http-proxy on the path without it

What autograder/machine/profile.py names, such as COURSE_PROFILE and CUDA_VISIBLE_DEVICES, goes on to those who grade.
"""

import os
import sys
from ipaddress import ip_address
from pathlib import Path

from jupyterhub.spawner import Spawner
from tornado.web import RedirectHandler

from autograder.hub.authenticator import PasswordFile
from autograder.hub.database import database_url
from autograder.hub.layout import COURSE_ID, Layout
from autograder.hub.spawner import AccountSpawner
from autograder.machine.profile import ENVIRONMENT as HARDWARE

c = get_config()  # noqa: F821

layout = Layout(Path(os.environ["COURSE_HUB_FOLDER"]))
staff = os.environ["COURSE_HUB_STAFF"].split(",")
students = os.environ["COURSE_HUB_STUDENTS"].split(",")
prefix = os.environ.get("COURSE_HUB_PREFIX", "")
database = os.environ.get("COURSE_HUB_DATABASE")
tls = os.environ.get("COURSE_HUB_TLS")
ip, _, port = os.environ.get("COURSE_HUB_BIND", "127.0.0.1:8000").rpartition(":")
programs = Path(sys.executable).parent

# The hub. People reach the proxy; everything else listens on the loopback.
if tls:
    c.JupyterHub.ssl_key, c.JupyterHub.ssl_cert = f"{tls}/key.pem", f"{tls}/cert.pem"
elif not ip_address(ip).is_loopback:
    raise ValueError(f"{ip} can be reached from elsewhere: set COURSE_HUB_TLS, or listen on the loopback")
c.JupyterHub.bind_url = f"{'https' if tls else 'http'}://{ip}:{port}/"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{layout.port('hub')}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{layout.port('proxy')}"
c.ConfigurableHTTPProxy.command = [os.environ.get("COURSE_HUB_PROXY", "configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(layout.hub / "proxy.pid")
c.JupyterHub.db_url = (
    database_url(database, "course_hub") if database else f"sqlite:///{layout.hub / 'jupyterhub.sqlite'}"
)
c.JupyterHub.cookie_secret_file = str(layout.hub / "cookie_secret")
c.JupyterHub.cookie_max_age_days = 1
c.JupyterHub.tornado_settings = {"cookie_options": {"samesite": "Lax"}}
c.JupyterHub.cleanup_servers = True  # no server outlives the hub

# Who may log in, and how.
c.JupyterHub.authenticator_class = os.environ.get("COURSE_HUB_AUTHENTICATOR", PasswordFile)
c.PasswordFile.path = str(layout.passwords)
c.Authenticator.allowed_users = {*staff, *students}
c.Authenticator.delete_invalid_users = True

# Groups by which nbgrader knows who is in the class and who grades. What was changed in the hub stays.
grading, learning = f"formgrade-{COURSE_ID}", f"nbgrader-{COURSE_ID}"
c.JupyterHub.load_groups = {grading: {"users": staff}, learning: {"users": students}}
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self"]},
    {
        "name": "server",
        "scopes": [
            "users:activity!user",
            "access:servers!server",
            "read:users:name!user",
            "read:users:groups!user",
            "list:services",
            f"read:services!service={COURSE_ID}",
        ],
    },
    {
        "name": grading,
        "groups": [grading],
        "scopes": [f"access:services!service={COURSE_ID}", "list:services", f"read:services!service={COURSE_ID}"],
    },
    {"name": "class-list", "users": staff[:1], "scopes": [f"groups!group={learning}"]},
    {
        "name": "formgrader",
        "services": [COURSE_ID],
        "scopes": ["list:users", "read:users:groups", "list:groups", f"groups!group={learning}"],
    },
]

# The formgrader's links to folders lead to the root of the address. They are meant for the grader's own server.
c.JupyterHub.extra_handlers = [(r"/tree/(.*)", RedirectHandler, {"url": "/hub/user-redirect/lab/tree/{0}"})]

# The formgrader: one server for all who grade. The gradebook's address and the GPU are for them alone.
_grading = {name: os.environ[name] for name in HARDWARE if name in os.environ}
if database:
    _grading["COURSE_GRADEBOOK"] = database_url(database, "course_gradebook")
_environment = {
    "COURSE_ID": COURSE_ID,
    "COURSE_FOLDER": str(layout.course),
    "COURSE_EXCHANGE": str(layout.exchange),
    "COURSE_PREFIX": prefix,
    "PATH": f"{programs}:{os.environ['PATH']}",
}
_service = {
    "name": COURSE_ID,
    "url": f"http://127.0.0.1:{layout.port('service')}",
    "command": [str(programs / "jupyterhub-singleuser"), f"--ServerApp.root_dir={layout.course}"],
    "cwd": str(layout.course),
    "environment": {
        **_environment,
        **_grading,
        "JUPYTER_CONFIG_PATH": str(layout.config("service")),
        "JUPYTERHUB_USER": staff[0],  # as whom nbgrader asks the hub about groups
        "JUPYTERHUB_DEFAULT_URL": "/formgrader",
    },
    "oauth_no_confirm": True,
}
if prefix:
    _service["user"] = f"{prefix}staff"
c.JupyterHub.services = [_service]


# People's own servers.
def _prepare(spawner: Spawner) -> None:
    """Those who grade work in the course's folder; students in their home, without formgrader."""
    grades = spawner.user.name in staff
    spawner.environment = {**_environment, "JUPYTER_CONFIG_PATH": str(layout.config("staff" if grades else "student"))}
    if grades:
        spawner.environment |= _grading
        spawner.notebook_dir = str(layout.course)


c.Spawner.pre_spawn_hook = _prepare
c.Spawner.cmd = [str(programs / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.env_keep = ["LANG", "LC_ALL"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 120
if prefix:
    c.JupyterHub.spawner_class = AccountSpawner
    c.AccountSpawner.prefix = prefix
    c.AccountSpawner.shared = dict.fromkeys(staff, f"{prefix}staff")
else:
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(layout.homes / "{username}")
