"""Where a hub and its gradebook keep what they know: files of their own, or databases of one PostgreSQL server."""

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from autograder.errors import CourseError

DRIVER = "postgresql+psycopg"


def database_url(server: str, name: str) -> str:
    """The address of a database on the server that ``server`` names, for SQLAlchemy, with the driver installed here.

    server: ``postgresql://[user[:password]@]host[:port]``; a path of a socket is its ``?host=``. Whom it does not name,
    the operating system's account or a password file does, as for every PostgreSQL client.
    """
    try:
        address = make_url(server)
    except ArgumentError:
        raise CourseError("the database's address is not postgresql://user@host") from None
    if address.drivername.partition("+")[0] not in ("postgres", "postgresql") or address.database:
        raise CourseError("name a PostgreSQL server, postgresql://user@host, and no database on it")
    return address.set(drivername=DRIVER, database=name).render_as_string(hide_password=False)
