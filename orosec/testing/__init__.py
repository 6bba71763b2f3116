"""Testing: the documentation as tests, under pytest."""
