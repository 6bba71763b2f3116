"""A heat map of rules against claims, told by numbers first and by shades second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from orosec.mutation.kill_matrix import Pinned
from orosec.values import Value

SHADES = ("#eaf3f9", "#c6dfee", "#93c3e0", "#5aa5d0")
"""From few to all mistakes in a rule; each is light enough for dark text."""

INK = "#1a1a1a"


class HeatMap(Value):
    """How many of the mistakes in each rule each claim sees.

    Attributes:
        title: which rules these are.
        rules: the rules, a column each.
        claims: the claims that see some mistake in one of them, a row each.
    """

    def __init__(self, title: str, rules: Sequence[Pinned], claims: Iterable[str]) -> None:
        self.title = title
        self.rules = tuple(rules)
        pinning = {name for rule in rules for name in rule.pins}
        self.claims = tuple(name for name in claims if name in pinning)

    def cell(self, claim: str, rule: Pinned) -> str:
        """Write one cell: a count, with a star where nobody else sees one of them."""
        seen = rule.pins.get(claim, 0)
        return f"{seen}{'*' if claim in rule.alone else ''}" if seen else ""

    def __repr__(self) -> str:
        width = max(map(len, self.claims), default=0)
        heads, told = [" " * width], []
        for number, rule in enumerate(self.rules, start=1):
            heads.append(str(number).rjust(4))
            told.append(f"{number} {rule.row}: {rule.killed} of {rule.meant} mistakes seen")
        lines = [self.title, " ".join(heads)]
        for claim in self.claims:
            cells = (self.cell(claim, rule).rjust(4) for rule in self.rules)
            lines.append(" ".join([claim.ljust(width), *cells]).rstrip())
        return "\n".join([*lines, *told, _HOW_TO_READ])

    def _repr_html_(self) -> str:
        heads = "".join(_head(rule) for rule in self.rules)
        rows = "\n".join(self._row(claim) for claim in self.claims)
        return (
            f"<p><b>{escape(self.title)}</b></p>\n<table>\n"
            f"<thead>\n<tr><th {_LEFT}>claim</th>{heads}</tr>\n</thead>\n"
            f"<tbody>\n{rows}\n</tbody>\n</table>\n<p>{escape(_HOW_TO_READ)}</p>"
        )

    def _row(self, claim: str) -> str:
        cells = "".join(
            f'<td align="center" style="{_shade(claim, rule)}">'
            f"{escape(self.cell(claim, rule))}</td>"
            for rule in self.rules
        )
        return f'<tr><th scope="row" {_LEFT}>{escape(claim)}</th>{cells}</tr>'


_LEFT = 'align="left" style="text-align:left;white-space:nowrap"'
_HOW_TO_READ = (
    "A number: so many mistakes in the rule are seen by the claim; the darker, the more of "
    "all. A star: one of them is seen by no other claim."
)


def _head(rule: Pinned) -> str:
    return (
        f'<th scope="col" align="center" style="text-align:center">'
        f"{escape(rule.row)}<br>{rule.killed} of {rule.meant}</th>"
    )


def _shade(claim: str, rule: Pinned) -> str:
    seen = rule.pins.get(claim, 0)
    if not seen:
        return "text-align:center"
    depth = min(len(SHADES) - 1, seen * len(SHADES) // rule.meant)
    return f"text-align:center;background-color:{SHADES[depth]};color:{INK}"
