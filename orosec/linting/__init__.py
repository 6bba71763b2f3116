"""Linting: rules that are odd."""
