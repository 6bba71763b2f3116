"""Proposals to save, and folders of tables as they are looked at."""

from folders import add_line

from orosec import orocloud
from orosec.model.schema import TABLES

PROPOSAL = orocloud.with_rule(
    "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
)
OTHER = PROPOSAL.with_node_changed("web-1", rationale="Other.")
FILES = sorted(f"{name}.csv" for name in TABLES)


def content(folder):
    """Return what each file of a folder holds."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def by_hand(folder):
    """Add a rule as a person does in an editor."""
    where = ("hole", "both", "both", "application-network", "ingress", "1")
    add_line(folder, "rules", *where, "allow", "any", "any", "all", "proposed", "", "x")
