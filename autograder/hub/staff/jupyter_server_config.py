"""The server of one who grades: its terminals begin in the course's folder, and find the hub's programs."""

c = get_config()  # noqa: F821

# Not a login shell, which would forget the PATH.
c.ServerApp.terminado_settings = {"shell_command": ["bash", "-c", 'cd "$COURSE_FOLDER" && exec bash']}
