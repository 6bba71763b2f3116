"""capirca: see peer_policies.py."""

from peer_policies import run

run("capirca")
