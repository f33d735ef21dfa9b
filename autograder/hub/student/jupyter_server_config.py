"""A student's server in the hub: its assignment list shows due dates, and its terminals find nbgrader."""

import sys
from pathlib import Path

c = get_config()  # noqa: F821

sys.path.append(str(Path(__file__).parent))
c.ServerApp.jpserver_extensions = {"nbgrader.server_extensions.assignment_list": False, "due_dates": True}
c.ServerApp.terminado_settings = {"shell_command": ["bash"]}  # not a login shell, which would forget the PATH
