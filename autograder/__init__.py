"""The course's engine: text to notebooks, notebooks to marks.

Imports point one way, which ``tests/unit/test_package.py`` keeps: ``cli`` has the commands; ``samples`` the known
answers of ``course verify`` and the class of ``course demo``; ``grading`` is ``course grade``, ``report`` what is read
afterwards; ``gradebook`` is nbgrader's side, ``judge`` where checks run, ``sandbox`` where students' code runs;
``machine`` and ``models`` are what all of that stands on. ``checks`` are the hidden checks, ``almanac`` is the small
base, ``clean`` makes harmless what strangers wrote. ``build`` makes notebooks; ``hub`` and ``image`` are where all of
it runs. Nothing that grades asks those three.

The modules beside them are everybody's: ``course`` is the course's folder, ``config`` its settings, ``verdict`` what
checks said, ``files`` and ``errors`` what they are called. ``doctor`` is the command of that name.
"""
