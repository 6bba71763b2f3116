"""Saving: a network is written to a folder, and over nothing that it did not come from."""
