"""Addresses of databases on a PostgreSQL server."""

import pytest

from autograder.errors import CourseError
from autograder.hub.database import database_url


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ("postgresql://db.example", "postgresql+psycopg://db.example/course_hub"),
        ("postgres://me:p%40ss@db.example:5433/", "postgresql+psycopg://me:p%40ss@db.example:5433/course_hub"),
        ("postgresql+psycopg2://me@/?host=/run/pg", "postgresql+psycopg://me@/course_hub?host=%2Frun%2Fpg"),
    ],
)
def test_a_database_on_the_server_by_the_driver_that_is_here(server: str, address: str) -> None:
    assert database_url(server, "course_hub") == address


@pytest.mark.parametrize("server", ["", "db.example", "mysql://db.example", "postgresql://db.example/mine"])
def test_what_is_no_server_is_refused_in_a_line(server: str) -> None:
    with pytest.raises(CourseError, match="postgresql://user@host"):
        database_url(server, "course_hub")
