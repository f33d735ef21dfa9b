"""nbgrader in the student's image. A hub that has another exchange or course sets the variables."""

import os

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = os.environ.get("COURSE_ID", "fine-tuning-llms")
c.Exchange.root = os.environ.get("COURSE_EXCHANGE", "/usr/local/share/nbgrader/exchange")
if "JUPYTERHUB_USER" in os.environ:  # nbgrader would take the operating system's, who is the same for all
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
c.KernelManager.transport_encryption = "auto"  # or nbgrader validate shows a warning of the kernel's
