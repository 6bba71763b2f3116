"""Lint: what is told is true, nothing is missed, and what it advises is safe."""

from collections import defaultdict

from agreement import agree, clouds_of, read_network_as_tables
from oracle.deployments import VARIANTS
from oracle.firewall import told
from oracle.oddities import Oddities

from orosec import lint

EVERYWHERE = {"silent", "clutter"}
"""What counts only where it is so under every CDN and reading that the row speaks of."""


def counted(rows):
    """Return the variants under which each (kind, row, explained) is odd, where that counts."""
    found = defaultdict(set)
    for variant, odd in rows.items():
        for one in odd.found():
            found[one].add(variant)
    every = {
        row.name: {v for v in VARIANTS if rows[v].cloud.names.counts(row)}
        for odd in rows.values()
        for _, row, _, _ in odd.rules
    }
    return {
        one: under
        for one, under in found.items()
        if one[0] not in EVERYWHERE or every[one[1]] <= under
    }


def test_each_oddity_is_told_and_is_one():
    """Of all kinds but one, which depends on what else is taken away."""

    def law(case):
        rows = {v: Oddities(case.cloud(variant=v)) for v in VARIANTS}
        report = lint(network=case.network)
        seen = defaultdict(set)
        for one in (*report.findings, *report.explained):
            if one.finding.kind != "redundant":
                key = one.finding.kind, one.finding.row, bool(one.finding.explained)
                seen[key] |= {*one.under}
        assert dict(seen) == counted(rows)
        yield from {kind for kind, *_ in seen}

    kinds = ("conflict", "clutter", "tie", "silent", "no-listener", "unreached", "foreign")
    agree(law, *kinds, "wide")


def needless(report):
    """Return what is told of rules that decide nothing, or change nothing."""
    every = (*report.findings, *report.explained)
    kinds = ("clutter", "conflict", "redundant")
    return [one for one in every if one.finding.kind in kinds]


def removals(findings):
    """Return the edits that take whole rules away."""
    edits = [one.finding.edit for one in findings]
    return [edit for edit in edits if edit and not edit.columns]


def test_whatever_could_go_is_told():
    """A rule that changes nothing by itself is told, or needed once the others are gone.

    And what is told could go: by itself, or with the others.
    """

    def law(case):
        findings = needless(lint(network=case.network))
        under = {one.finding.row: one.under for one in findings}
        gone = {edit.row for edit in removals(findings)}
        odd = {v: Oddities(case.cloud(variant=v)) for v in VARIANTS}
        alone = {v: each.removable() for v, each in odd.items()}
        for row in filter(told, case.tables["rules"]):
            counts = [v for v in VARIANTS if odd[v].cloud.names.counts(row)]
            free = [
                v
                for v in under.get(row.name, counts)
                if row.name in odd[v].removable(gone - {row.name})
            ]
            if row.name in under:
                assert all(v in free or row.name in alone[v] for v in under[row.name])
            else:
                assert {*free} < {*counts} or any(row.name not in alone[v] for v in counts)
        yield from {one.finding.kind for one in findings}

    agree(law, "clutter", "redundant")


def test_advice_on_what_decides_nothing_changes_nothing():
    """All that is told to go can go together; no packet fares otherwise anywhere."""

    def law(case):
        edits = removals(needless(lint(network=case.network)))
        network = case.network
        for edit in edits:
            network = edit.apply(network)
        other = read_network_as_tables(network)
        for variant in VARIANTS:
            before, after = clouds_of(case.tables, other, variant)
            assert (before.permitted == after.permitted).all()
        yield "advised" if edits else "quiet"

    agree(law, "advised")
