"""What an instructor reads of a graded class: tables, ``grades.csv``, a web page."""
