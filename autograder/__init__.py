"""The course's engine: text to notebooks, notebooks to marks.

Imports point one way: ``errors, verdict, course`` <- ``sandbox``, ``judge`` <- ``gradebook`` <- ``grading``
<- ``cli``; ``build`` stands beside them: it asks ``judge`` for the checks' points, and nothing that grades asks it.
"""
