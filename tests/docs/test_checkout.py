"""A checkout holds the same bytes on every system, whatever git does to line endings."""

import subprocess

import pytest
from inner import ROOT


def git(*words, folder=ROOT):
    """Ask git, which may be missing, as a checkout of it may."""
    command = ["git", "-C", str(folder), *map(str, words)]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git, or no checkout of it")


def test_a_clone_that_would_convert_line_endings_does_not(tmp_path):
    """D9: outputs, fingerprints and corpora are compared to the byte."""
    git("clone", "--quiet", "-c", "core.autocrlf=true", ROOT, tmp_path / "clone")
    told = git("ls-files", "--eol", folder=tmp_path / "clone").splitlines()
    converted = [line for line in told if {"i/lf", "w/crlf"} <= {*line.split()}]

    assert len(told) > 100
    assert converted == []
