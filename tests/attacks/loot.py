"""The word by which what attacks leave behind is found again."""

import os

# In the names of files, sockets and processes that attacks make, and in scripts for browsers. Tests that run at the
# same time have one each, because some of them let attacks through.
LOOT = "l00t" + os.environ.get("PYTEST_XDIST_WORKER", "")
