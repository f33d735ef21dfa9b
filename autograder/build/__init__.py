"""Text to notebooks, notebooks to release and solutions. Run by the course's authors, never while grading."""
