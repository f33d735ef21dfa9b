"""nbgrader for a student's server in the hub. What they change here is held against facts when it is collected."""

import os

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = os.environ["COURSE_ID"]
c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]  # nbgrader would take the operating system's
c.Exchange.root = os.environ["COURSE_EXCHANGE"]
c.Exchange.path_includes_course = True
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
c.KernelManager.transport_encryption = "auto"  # or nbgrader validate shows a warning of the kernel's
