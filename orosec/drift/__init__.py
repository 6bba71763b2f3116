"""Drift: a copy of the page held against the register."""
