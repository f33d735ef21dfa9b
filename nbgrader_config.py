"""Names and classes only. Every list is assigned whole: nbgrader reads this file several times for each command."""

from nbgrader.preprocessors import (
    ClearMarkScheme,
    ClearOutput,
    IncludeHeaderFooter,
    LimitOutput,
    LockCells,
)

from autograder.gradebook import (
    CsvExport,
    FeedbackExporter,
    GetMarks,
    LatePenalties,
    LatePolicy,
    ReleaseFeedback,
    RestoreNotebook,
    RunAndJudge,
    SanitizeNotebook,
    SaveVerdict,
    ShowVerdict,
    pre_convert,
)

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "fine-tuning-llms"
c.CourseDirectory.solution_directory = "solutions"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.pct.py"]

# Stock, without Execute: what running a solution prints and how long it takes differs each time; tests run them.
c.GenerateSolution.preprocessors = [IncludeHeaderFooter, LockCells, ClearOutput, ClearMarkScheme]

c.Autograde.pre_convert_hook = pre_convert
c.Autograde.sanitize_preprocessors = [RestoreNotebook]
c.Autograde.autograde_preprocessors = [
    RunAndJudge,
    SanitizeNotebook,
    LimitOutput,
    ShowVerdict,
    SaveVerdict,
    LatePenalties,
]

# Due dates are set in the formgrader. Nothing is taken off unless c.LatePolicy.share_per_day is set.
c.LatePenalties.plugin_class = LatePolicy

c.GenerateFeedback.exporter_class = FeedbackExporter
c.GenerateFeedback.preprocessors = [GetMarks]
c.ExchangeFactory.release_feedback = ReleaseFeedback

c.ExportApp.plugin_class = CsvExport  # nbgrader's own would write over grades.csv

c.KernelManager.transport_encryption = "auto"  # of kernels that validate: without it, each warns of itself
