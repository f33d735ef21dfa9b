"""The course's engine: text to notebooks, notebooks to marks.

Imports point one way: ``errors, verdict, course`` <- ``sandbox``, ``judge`` <- ``gradebook`` <- ``grading``
<- ``cli``; ``build`` stands beside them, and nothing that grades asks it. ``fitting`` is asked by both: do cells and
checks fit together?

Of the modules here, ``course`` is the course's folder, ``config`` its settings, ``verdict`` what checks said,
``digest`` what that is a function of. A run of ``course grade`` is ``grade_command`` (its words), ``grading`` (what is
done), ``grading_run`` (to each submission), ``converting`` (by nbgrader), ``settling`` (when all marks are in),
``graded`` (what became of each), ``results`` (of the class), ``report`` and ``class_page`` (as tables, as a page).
``answers`` and ``verify`` are ``course verify``, ``demo`` and ``doctor`` the commands of their names; ``profile``,
``cuda`` and ``smollm2`` are about the GPU, ``small_tokenizers`` about what students get. ``channel`` joins the grader
to its judges and its fork server; ``starved`` is asked by those who wait for a process; ``files``, ``signals``,
``pinned`` and ``errors`` are for everybody.
"""
