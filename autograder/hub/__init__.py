"""The course in JupyterHub: its configuration, who logs in, where servers run, and how submissions are collected."""
