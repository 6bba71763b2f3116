"""Lint: what is told is true, nothing is missed, and what it advises is safe."""

from collections import defaultdict

from agreement import agree, clouds_of, saved
from oracle.deployments import VARIANTS
from oracle.firewall import told
from oracle.oddities import Oddities

from orosec import lint
from orosec.model.addressing import grouped

IDLE = {"silent", "clutter", "conflict"}
"""Kinds of rules that decide nothing."""


def test_each_oddity_is_told_and_is_one():
    """Of all kinds but one, which depends on what else is taken away.

    What decides nothing counts only where it does so under each CDN and reading that the
    rule is for, for whatever reasons; what would decide otherwise counts anywhere.
    """

    def law(case):
        odd = {v: Oddities(case.cloud(variant=v)) for v in VARIANTS}
        report = lint(network=case.network)
        told = {
            (one.kind, one.row, bool(one.explained), variant)
            for one in (*report.findings, *report.explained)
            for variant in one.under
            if one.kind != "redundant"
        }
        found = {(*one, v) for v in VARIANTS for one in odd[v].found()}
        idle = {(row, v) for kind, row, _, v in found if kind in IDLE}
        counts = {
            row.name: [v for v in VARIANTS if odd[v].cloud.names.counts(row)]
            for row in case.tables["rules"]
        }
        lasting = {
            one
            for one in found
            if one[0] in IDLE
            if all((one[1], v) in idle for v in counts[one[1]])
        }
        assert told <= found
        assert lasting <= told
        assert {one for one in found - told if one[0] not in {"silent", "clutter"}} == set()
        yield from {kind for kind, *_ in told}
        mixed = grouped((row, kind) for kind, row, *_ in lasting)
        yield from {"mixed" for kinds in mixed.values() if len({*kinds}) > 1}

    shapes = ("conflict", "clutter", "tie", "silent", "no-listener", "unreached", "foreign")
    agree(law, *shapes, "wide", "mixed")


def needless(report):
    """Return what is told of rules that decide nothing, or change nothing."""
    every = (*report.findings, *report.explained)
    kinds = ("clutter", "conflict", "redundant")
    return [one for one in every if one.kind in kinds]


def removals(findings):
    """Return the edits that take whole rules away, each once, whatever its reasons."""
    edits = dict.fromkeys(one.edit for one in findings)
    return [edit for edit in edits if edit and not edit.columns]


def test_whatever_could_go_is_told():
    """A rule that changes nothing by itself is told, or needed once the others are gone.

    And what is told could go: by itself, or with the others.
    """

    def law(case):
        findings = needless(lint(network=case.network))
        under = defaultdict(set)
        for one in findings:
            under[one.row] |= {*one.under}
        odd = {v: Oddities(case.cloud(variant=v)) for v in VARIANTS}
        alone = {v: each.removable() for v, each in odd.items()}
        stated = {row.name for row in case.tables["rules"] if row.basis == "documented"}
        gone = {*under} - stated
        for row in filter(told, case.tables["rules"]):
            counts = [v for v in VARIANTS if odd[v].cloud.names.counts(row)]
            free = [
                v
                for v in under.get(row.name, counts)
                if row.name in odd[v].removable(gone - {row.name})
            ]
            lone = [v for v in under.get(row.name, counts) if row.name in alone[v]]
            if row.name in under:
                assert {*free, *lone} == under[row.name]
            elif counts:
                assert {*free} & {*lone} != {*counts}
        yield from {one.kind for one in findings}

    agree(law, "clutter", "redundant")


def test_advice_on_what_decides_nothing_changes_nothing():
    """All that is told to go can go together; none that meets rules fares otherwise."""

    def law(case):
        edits = removals(needless(lint(network=case.network)))
        network = case.network
        for edit in edits:
            network = edit.apply(network)
        other = saved(network)
        for variant in VARIANTS:
            before, after = clouds_of(case.tables, other, variant)
            assert ((before.permitted == after.permitted) | before.itself).all()
        yield "advised" if edits else "quiet"

    agree(law, "advised")
