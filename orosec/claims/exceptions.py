"""Accepted risks: promises that may be broken until a day, and what became of them.

An exception names a claim, a reason, an owner and a last day. While it is valid, its
broken promise is shown as accepted. It does not outlive its use: one that has expired,
one whose promise is kept again, one for a claim that does not exist, and one that has no
end within a year are reported until somebody mends them or takes them away.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from orosec.claims.verdict import judge
from orosec.engine.notation import read_date
from orosec.errors import did_you_mean
from orosec.model.network import Network
from orosec.model.page_rows import ClaimRow, ExceptionRow

FAILING = ("broken", "vacuous")
"""The verdicts that an exception accepts: the promise is not kept."""

VALID, EXPIRED, NOT_NEEDED, UNKNOWN = "valid", "expired", "not needed", "unknown claim"
TOO_LONG, LONGEST = "too long", 366
"""A risk is accepted for a year at most, in days; then somebody looks at it anew."""


class Standing(NamedTuple):
    """An exception and how it stands.

    Attributes:
        row: its row.
        state: valid, expired, not needed, too long or unknown claim.
        says: the same in a sentence that says what to do.
    """

    row: ExceptionRow
    state: str
    says: str

    @property
    def valid(self) -> bool:
        """Whether a broken promise is accepted by it."""
        return self.state == VALID


def today() -> date:
    """Return the day it is, in UTC; whoever judges may say another day instead."""
    return datetime.now(tz=UTC).date()


def standings(network: Network, day: date) -> tuple[Standing, ...]:
    """Say how every exception of a network stands on a day."""
    claims = {row.claim: row for row in network.tables.claims}
    return tuple(_standing(network, row, claims, day) for row in network.tables.exceptions)


def _standing(
    network: Network, row: ExceptionRow, claims: dict[str, ClaimRow], day: date
) -> Standing:
    about = f"the exception for {row.claim} (owner: {row.owner})"
    if row.claim not in claims:
        hint = did_you_mean(row.claim, claims, "")
        found = UNKNOWN, f"{about} names no claim{hint and '; '}{hint}"
    elif not _failing(network, claims[row.claim]):
        found = NOT_NEEDED, f"{about} is not needed: the promise is kept; take it away"
    elif read_date(row.until) < day:
        found = EXPIRED, f"{about} expired on {row.until}; keep the promise, or decide anew"
    elif (read_date(row.until) - day).days > LONGEST:
        found = TOO_LONG, f"{about} lasts until {row.until}; accept it for a year at most"
    else:
        found = VALID, f"accepted until {row.until} by {row.owner}: {row.rationale}"
    return Standing(row, *found)


def _failing(network: Network, claim: ClaimRow) -> bool:
    """Return whether a promise is not kept under some CDN and reading that it speaks of."""
    return any(
        judge(claim, scenario).verdict in FAILING
        for scenario in network.scenarios()
        if scenario.applies_to(claim)
    )
