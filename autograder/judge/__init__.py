"""Trusted: the process in which the hidden checks run."""
