"""Prose: statements of fact in the documentation, judged."""
