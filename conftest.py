"""Notebook cells and prose as tests that a person can read: see the plugin."""

pytest_plugins = ["orosec.testing.pytest_plugin"]
