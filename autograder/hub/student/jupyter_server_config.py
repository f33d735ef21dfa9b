"""A student's server in the hub: its assignment list shows due dates."""

import sys
from pathlib import Path

c = get_config()  # noqa: F821

sys.path.append(str(Path(__file__).parent))
c.ServerApp.jpserver_extensions = {"nbgrader.server_extensions.assignment_list": False, "due_dates": True}
