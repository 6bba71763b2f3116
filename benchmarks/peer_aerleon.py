"""aerleon: see peer_policies.py."""

from peer_policies import run

run("aerleon")
