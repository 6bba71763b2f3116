"""Many flows at once: a DataFrame of packets in, verdicts and deciding rules out.

What `orosec.model.scenario.Scenario.decisions` says of one packet, said of a million. Each
text is read once, however often it stands; `orosec.bulk.first_match` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET, inet_pton
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from orosec.bulk.first_match import NO_RULE, Flags, Matcher, whole_numbers
from orosec.engine.decision_diagram import V6
from orosec.engine.intervals import Intervals
from orosec.engine.notation import address_text, read_services
from orosec.engine.policy import Rule
from orosec.errors import (
    Fault,
    NotationError,
    TableError,
    UnknownNameError,
    did_you_mean,
)
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

ENDS = ("source", "destination")
TOGETHER, APART = ("service",), ("protocol", "port")
_MOST_FAULTS = 1000
_REFUSED = "the flows cannot be used"
_MOST_NAMED = 4


def decide_many(
    flows: pd.DataFrame,
    *,
    cdn: str = "google",
    reading: str = "operational",
    network: Network | None = None,
) -> pd.DataFrame:
    """Judge each row of *flows*: one packet, from one address to one other.

    Args:
        flows: columns ``source`` and ``destination`` (an address, or a name that stands
            for one), and either ``service`` (as in ``tcp:443``) or ``protocol`` and
            ``port`` (the type for icmp, empty for protocols that have neither).
        cdn: ``google`` or ``cloudflare``.
        reading: ``operational`` or ``literal``.
        network: the tables to ask; the documented ones where left out.

    Returns:
        A row for each flow, with its index: ``verdict`` (permitted or denied),
        ``served`` (whether something listens for what is permitted), and the rules that
        decide at both ends, ``egress`` and ``ingress`` (empty where none is asked).

    >>> import pandas as pd
    >>> flow = {"source": ["10.10.0.4"], "destination": ["web-1"], "service": ["tcp:22"]}
    >>> decide_many(pd.DataFrame(flow)).loc[0, ["verdict", "ingress"]].tolist()
    ['permitted', 'bridge-to-application']

    Raises:
        TableError: a column is missing or a cell cannot be read; it lists every fault.
        UnknownNameError: no such CDN or reading.
    """
    tables = given(network)
    scenario = tables.scenario(cdn, reading)
    return _judged(flows, read_flows(flows, scenario), scenario)


class Flows(NamedTuple):
    """Flows as numbers, one array a field; addresses are objects where some are long."""

    sources: npt.NDArray[Any]
    destinations: npt.NDArray[Any]
    protocols: npt.NDArray[np.int64]
    details: npt.NDArray[np.int64]

    def at(self, places: npt.NDArray[Any]) -> Flows:
        """Return some of them."""
        return Flows(*(field[places] for field in self))


def _judged(table: pd.DataFrame, flows: Flows, scenario: Scenario) -> pd.DataFrame:
    """Ask the rules of both ends of each flow."""
    import pandas as pd

    permitted = np.ones(len(table), bool)
    rules = {way: np.full(len(table), "", object) for way in ("egress", "ingress")}
    for (place, direction), policy in scenario.policies.items():
        ends = flows.sources if direction == "egress" else flows.destinations
        asked = np.flatnonzero(_inside(ends, scenario.territory[place, direction]))
        found = Matcher(policy).first(*flows.at(asked))
        names = np.array([rule.name for rule in policy], object)[found]
        before = rules[direction][asked]
        rules[direction][asked] = np.where(before == "", names, before + " " + names)
        permitted[asked] &= np.array([rule.allows for rule in policy], bool)[found]
    listening = [Rule("", 0, True, *one) for one in scenario.listening.products()]
    answered = Matcher(listening).first(*flows) != NO_RULE
    verdict = np.where(permitted, "permitted", "denied")
    columns = {"verdict": verdict, "served": permitted & answered, **rules}
    return pd.DataFrame(columns, index=table.index)


def _inside(addresses: npt.NDArray[Any], spans: Intervals) -> Flags:
    flags = np.zeros(len(addresses), bool)
    for first, last in spans:
        flags |= ((addresses >= first) & (addresses <= last)).astype(bool)
    return flags


# Reading: each text once, and every fault before any verdict


def read_flows(table: pd.DataFrame, scenario: Scenario) -> Flows:
    """Read *table* as numbers.

    Raises:
        TableError: a column is missing or a cell cannot be read; it lists every fault.
    """
    _check_columns(table)
    faults: list[Fault] = []
    ends = []
    for side in ENDS:
        found = _distinct(table[side])
        ends.append(_read(side, found, _address_reader(scenario, side), faults))
    if "service" in table:
        services = _read("service", _distinct(table["service"]), _one_service, faults)
    else:
        services = _read("protocol, port", _pairs(table), _service_of, faults)
    if not faults:
        faults.extend(_between_families(table, *ends))
    if faults:
        raise TableError(_fewer(faults), _REFUSED)
    protocols, details = services.reshape(-1, 2).T
    return Flows(ends[0], ends[1], protocols, details)


def _check_columns(table: pd.DataFrame) -> None:
    names = list(table.columns)
    apart = set(APART) & set(names)
    wanted = (*ENDS, *(APART if apart else TOGETHER))
    faults = [
        _fault(column, "column is missing", _near(column, names))
        for column in wanted
        if column not in names
    ]
    faults += [
        _fault(column, "column stands twice", "drop one of the two")
        for column in wanted
        if names.count(column) > 1
    ]
    if apart and set(TOGETHER) & set(names):
        problem = "stands beside protocol and port, which say the same"
        faults.append(_fault("service", problem, "drop the one or the others"))
    if faults:
        raise TableError(faults, _REFUSED)


def _fault(column: str, problem: str, hint: str) -> Fault:
    return Fault("flows", 0, column, "", problem, hint)


def _near(column: str, names: list[Any]) -> str:
    hint = did_you_mean(column, map(str, names))
    hint = f"name it {column}"
    return f"{hint} ({hint})" if hint.startswith("did") else hint


class _Distinct(NamedTuple):
    """The different cells of a column, and which of them stands in each row (-1: none)."""

    codes: npt.NDArray[np.int64]
    cells: list[Any]


def _distinct(column: pd.Series[Any]) -> _Distinct:
    import pandas as pd

    try:
        codes, cells = pd.factorize(column)
    except TypeError:  # lists and the like
        codes, cells = pd.factorize(column.map(repr))
    return _Distinct(codes.astype(np.int64), list(cells))


def _pairs(table: pd.DataFrame) -> _Distinct:
    """Take protocol and port together; no port is a port, too."""
    protocols, ports = (_distinct(table[column]) for column in APART)
    width = len(ports.cells) + 1
    both, codes = np.unique(protocols.codes * width + ports.codes + 1, return_inverse=True)
    named, numbered = [*protocols.cells, ""], ["", *ports.cells]
    cells = [(named[pair // width], numbered[pair % width]) for pair in both.tolist()]
    return _Distinct(codes, cells)


def _read(
    label: str, column: _Distinct, read: Callable[[Any], Any], faults: list[Fault]
) -> npt.NDArray[Any]:
    """Read each different cell once, and give the values row by row."""
    values: list[Any] = []
    for place, cell in enumerate(column.cells):
        try:
            values.append(read(cell))
        except (NotationError, UnknownNameError) as error:
            faults.append(_refused(label, column, place, error))
    if (column.codes < 0).any():
        empty = NotationError("", "is empty", "fill the cell")
        faults.append(_refused(label, column, -1, empty))
    if faults:
        return np.zeros(0, np.int64)
    return whole_numbers(values)[column.codes]


def _refused(
    label: str, column: _Distinct, place: int, error: NotationError | UnknownNameError
) -> Fault:
    """Say what is wrong with a cell, where it stands first, and how often it stands."""
    rows = np.flatnonzero(column.codes == place)
    if isinstance(error, NotationError):
        problem, hint = error.problem, error.hint
    else:
        problem, hint = "is no name here", error.hint
    if len(rows) > 1:
        problem += f" (and so in {len(rows) - 1} more rows)"
    cell = "" if place < 0 else column.cells[place]
    value = ":".join(map(str, cell)) if isinstance(cell, tuple) else str(cell)
    return Fault("flows", int(rows[0]) + 1, label, value, problem, hint)


def _between_families(
    table: pd.DataFrame, sources: npt.NDArray[Any], destinations: npt.NDArray[Any]
) -> Iterator[Fault]:
    """Yield a fault where an end is IPv4 and the other is IPv6: there is no such packet."""
    rows = np.flatnonzero((sources >= V6) != (destinations >= V6))
    if len(rows):
        value = " ".join(str(table[side].iloc[rows[0]]) for side in ENDS)
        problem = "goes from one family of addresses to the other"
        if len(rows) > 1:
            problem += f" (and so in {len(rows) - 1} more rows)"
        hint = "give both ends as IPv4, or both as IPv6"
        yield Fault("flows", int(rows[0]) + 1, ", ".join(ENDS), value, problem, hint)


def _fewer(faults: list[Fault]) -> list[Fault]:
    """Put faults in the order of rows; of very many different ones, keep the first."""
    ordered = sorted(faults, key=lambda fault: fault.row)
    more = len(ordered) - _MOST_FAULTS
    if more <= 0:
        return ordered
    rest = Fault("flows", 0, "", "", f"has {more} more faults", "mend these first")
    return [*ordered[:_MOST_FAULTS], rest]


def _address_reader(scenario: Scenario, side: str) -> Callable[[Any], int]:
    """Return a reader of single addresses: the quick way first, then what a name may be.

    A public address of ours stands for the host behind it where the flow arrives.
    """
    translated = scenario.translated if side == "destination" else frozenset()

    def read(cell: Any) -> int:
        text = str(cell) if isinstance(cell, IPv4Address | IPv6Address) else cell
        if not isinstance(text, str):
            raise NotationError(str(cell), "is no text", "write it as in '10.10.0.11'")
        try:
            number = int.from_bytes(inet_pton(AF_INET, text))
        except (OSError, ValueError):
            number = None
        if number is None or number in translated:
            return _single(text, scenario.addresses(text, side, frozenset()))
        return number

    return read


def _single(text: str, spans: Intervals) -> int:
    count = sum(last - first + 1 for first, last in spans)
    if count != 1:
        first = [address_text(span[0]) for span in spans[:_MOST_NAMED]]
        hint = (
            f"write one of them, as in {' '.join(first)}" if first else "write an address"
        )
        raise NotationError(text, f"stands for {count} addresses", hint)
    return spans[0][0]


def _one_service(text: Any) -> tuple[int, int]:
    """Read the one service of a packet."""
    if not isinstance(text, str):
        raise NotationError(str(text), "is no text", "write it as in 'tcp:443'")
    runs = read_services(text)
    first, last, details = runs[0]
    if len(runs) > 1 or first != last or details[0][0] != details[-1][1]:
        raise NotationError(text, "is not one service", "write one, as in tcp:443")
    return first, details[0][0]


def _service_of(pair: tuple[Any, Any]) -> tuple[int, int]:
    """Read protocol and port; a protocol without ports may have an empty one, or 0."""
    protocol, port = map(_word, pair)
    if not protocol or ":" in protocol:
        raise NotationError(protocol, "is no protocol", "write tcp, udp, icmp or a number")
    whole = read_services(protocol)
    if port in ("", "0") and whole[0][2] == ((0, 0),):
        return _one_service(protocol)
    return _one_service(f"{protocol}:{port}" if port else protocol)


def _word(cell: Any) -> str:
    """Write a cell as text; 443.0 is what pandas makes of 443 beside empty cells."""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()
