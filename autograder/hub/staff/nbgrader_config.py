"""nbgrader in the hub for those who grade, beside the course's own nbgrader_config.py."""

import os

from nbgrader.auth import JupyterHubAuthPlugin

from autograder.hub.collect import CollectByOwner
from autograder.hub.due import DatedRelease

c = get_config()  # noqa: F821

c.CourseDirectory.root = os.environ["COURSE_FOLDER"]
c.Exchange.root = os.environ["COURSE_EXCHANGE"]
c.Exchange.path_includes_course = True
if "COURSE_GRADEBOOK" in os.environ:
    c.CourseDirectory.db_url = os.environ["COURSE_GRADEBOOK"]
c.Authenticator.plugin_class = JupyterHubAuthPlugin
c.ExchangeFactory.release_assignment = DatedRelease
if os.environ["COURSE_PREFIX"]:  # students have accounts of their own
    c.ExchangeFactory.collect = CollectByOwner
    c.CollectByOwner.prefix = os.environ["COURSE_PREFIX"]
    c.CollectByOwner.check_owner = False  # it compares names of the hub with those of accounts; ours knows both
