"""The documented tables without some of what they name, and without all that names it."""

from orosec.model.schema import CDNS, EVERY, TABLES
from orosec.model.validation import labels

_SPECIAL = {"any", "internet", "elsewhere", "border", EVERY}


_TAKEN = ("nodes", "subnets", "relays", "routes", "claims")


def without(network, *gone, cdn=""):
    """Take things away, and every word that names them; a row whose cell is empty goes.

    Args:
        network: the tables.
        gone: functions, roles or names of nodes; names of subnets, relays, routes, claims.
        cdn: a CDN of which no row is left.
    """
    tables = {name: list(getattr(network.tables, name)) for name in TABLES}
    for name, every in tables.items():
        tables[name] = [
            row
            for row in every
            if not (name in _TAKEN and row[0] in gone)
            and not (name == "nodes" and {row.role, row.function} & {*gone})
            and not (cdn and getattr(row, "cdn", "") == cdn)
        ]
    before = None
    while before != (before := sum(map(len, tables.values()))):
        for name, every in tables.items():
            tables[name] = [left for row in every if (left := _left(tables, name, row))]
        _fit_together(tables)
    return network.with_tables(**tables)


def _left(tables, name, row):
    """Give what is left of a row, or None where a cell lost all its words."""
    kinds = {label: column.names for label, column in TABLES[name].columns.items()}
    if name == "claims" and row.verb != "fact":
        kinds["via"] = "hosts"
    for label, kind in kinds.items():
        cell = getattr(row, label)
        if not kind or not cell:
            continue
        known, words = _known(tables, kind, getattr(row, "cdn", "both")), cell.split()
        if kind == "flow":
            kept = words if {*words[:2]} <= known else []
        else:
            kept = [one for one in words if {*one.split(">")} <= known or one[0].isdigit()]
        if not kept or (name == "ambiguities" and kind == "claims" and kept != words):
            return None
        row = row._replace(**{label: " ".join(kept)})
    return row


def _known(tables, kind, cdn):
    if kind in ("ends", "hosts", "flow"):
        cdns = CDNS if cdn == "both" else (cdn,)
        each = [
            {
                word
                for node in tables["nodes"]
                if node.cdn in ("both", one)
                for word in labels(node)
            }
            for one in cdns
        ]
        places = _SPECIAL | {row.name for row in tables["subnets"]}
        return set.intersection(*each) | (set() if kind == "hosts" else places)
    if kind in ("homes", "networks"):
        outside = {row.node for row in tables["interfaces"] if not row.subnet}
        outer = {row.home for row in tables["nodes"] if row.name in outside}
        networks = {row.network for row in tables["subnets"]} | outer
        subnets = {row.name for row in tables["subnets"]}
        return networks | _SPECIAL | (subnets if kind == "homes" else set())
    return {row[0] for row in tables[kind]}


def _fit_together(tables):
    """Take routes without their public address, and fingerprints without their part."""
    publics = {}
    roles = {row.name: row.role for row in tables["nodes"]}
    for row in tables["interfaces"]:
        for name in (row.node, roles.get(row.node)):
            publics.setdefault(name, set()).update(row.public.split())
    tables["routes"] = [
        row for row in tables["routes"] if row.public in publics.get(row.via, ())
    ]
    sentences = {row.sentence for row in tables["sentences"]}
    headed = {row.section for row in tables["sections"] if row.kind in ("title", "heading")}
    if "fingerprints" in tables:  # those of a wing
        tables["fingerprints"] = [
            row for row in tables["fingerprints"] if row.part in sentences | headed
        ]
