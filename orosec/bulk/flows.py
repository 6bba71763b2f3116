"""Many flows at once: a DataFrame of packets in, verdicts and deciding rules out.

What `orosec.model.scenario.Scenario.decisions` says of one packet, said of a million. Each
text is read once, however often it stands; `orosec.bulk.first_match` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET, inet_pton
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from orosec.bulk.first_match import NO_RULE, Matcher, Numbers, Places, whole_numbers
from orosec.engine.decision_diagram import V6
from orosec.engine.intervals import Intervals
from orosec.engine.notation import address_text, read_services
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule
from orosec.errors import Fault, NotationError, TableError, UnknownNameError
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

ENDS = ("source", "destination")
TOGETHER, APART = ("service",), ("protocol", "port")
COLUMNS = (*ENDS, *TOGETHER, *APART)
"""What flows may be told by; the service stands together or apart."""

REFUSED = "the flows cannot be used"
_MOST_FAULTS = 1000
_MOST_NAMED = 4

Flows: TypeAlias = tuple[Numbers, Numbers, Places, Places]
"""Sources, destinations, protocols and details, an array each."""

Distinct: TypeAlias = tuple[Places, list[Any]]
"""Which of the different cells of a column stands in each row, and these (None: empty)."""


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
        A row for each flow, with its index: ``verdict`` (permitted or denied; unknown
        where neither end stands in a network), ``served`` (whether something listens for
        what is permitted), and the rules that decide at both ends, ``egress`` and
        ``ingress`` (empty where none is asked, as of what a host sends to itself).

    >>> import pandas as pd
    >>> flow = {"source": ["10.10.0.4"], "destination": ["web-1"], "service": ["tcp:22"]}
    >>> decide_many(pd.DataFrame(flow)).loc[0, ["verdict", "ingress"]].tolist()
    ['permitted', 'bridge-to-application']

    Raises:
        TableError: a column is missing or a cell cannot be read; it lists every fault.
        UnknownNameError: no such CDN or reading.
    """
    import pandas as pd

    scenario = given(network).scenario(cdn, reading)
    packets = read_flows(flows, scenario)
    permitted, known = np.ones(len(flows), bool), np.zeros(len(flows), bool)
    rules = {way: np.full(len(flows), "", object) for way in ("egress", "ingress")}
    for place, policy in scenario.policies.items():
        asked, direction = np.flatnonzero(_held(scenario.scope(place), packets)), place[1]
        known[asked] = True
        found = Matcher(policy).first(*(field[asked] for field in packets))
        names = np.array([rule.name for rule in policy], object)[found]
        before = rules[direction][asked]
        rules[direction][asked] = np.where(before == "", names, before + " " + names)
        permitted[asked] &= np.array([rule.allows for rule in policy], bool)[found]
    alone = _held(scenario.itself, packets)
    known, permitted = known | alone, permitted | alone
    rules = {way: np.where(alone, "", names) for way, names in rules.items()}
    answered = _held(scenario.listening, packets)
    verdict = np.where(known, np.where(permitted, "permitted", "denied"), "unknown")
    columns = {"verdict": verdict, "served": known & permitted & answered, **rules}
    return pd.DataFrame(columns, index=flows.index)


def _held(some: PacketSet, packets: Flows) -> npt.NDArray[np.bool_]:
    """Return which of the packets are in a set."""
    boxes = [Rule("", 0, True, *box) for box in some.products()]
    found: npt.NDArray[np.bool_] = Matcher(boxes).first(*packets) != NO_RULE
    return found


# Reading: each text once, and every fault before any verdict


def read_flows(table: pd.DataFrame, scenario: Scenario) -> Flows:
    """Read *table* as numbers.

    Raises:
        TableError: a column is missing or a cell cannot be read; it lists every fault.
    """
    if misfits := [*_misfits([*table.columns])]:
        raise TableError(misfits, REFUSED)
    faults: list[Fault] = []
    sources, destinations = (
        _read(side, _distinct(table[side]), _address_reader(scenario, side), faults)
        for side in ENDS
    )
    if "service" in table:
        services = _read("service", _distinct(table["service"]), _one_service, faults)
    else:
        services = _read("protocol, port", _pairs(table), _service_of, faults)
    mixed = np.zeros(0, bool) if faults else (sources >= V6) != (destinations >= V6)
    rows = np.flatnonzero(mixed).astype(np.int64)
    if len(rows):  # there is no such packet
        value = " ".join(str(table[side].iloc[rows[0]]) for side in ENDS)
        problem = "goes from one family of addresses to the other"
        hint = "give both ends as IPv4, or both as IPv6"
        faults.append(_fault(", ".join(ENDS), rows, value, problem, hint))
    if faults:
        raise TableError(_fewer(faults), REFUSED)
    protocols, details = services.reshape(-1, 2).T
    return sources, destinations, protocols, details


def _misfits(names: list[Any]) -> Iterator[Fault]:
    """Yield what is wrong with the columns."""
    apart = any(name in names for name in APART)
    wanted = (*ENDS, *(APART if apart else TOGETHER))
    for name in wanted:
        if name not in names:
            yield Fault("flows", 0, name, "", "column is missing", f"name it {name}")
    for name in wanted:
        if names.count(name) > 1:
            yield Fault("flows", 0, name, "", "column stands twice", "drop one of the two")
    if apart and "service" in names:
        problem = "stands beside protocol and port, which say the same"
        yield Fault("flows", 0, "service", "", problem, "drop the one or the others")


def _distinct(column: pd.Series[Any]) -> Distinct:
    import pandas as pd

    try:
        codes, cells = pd.factorize(column, use_na_sentinel=False)
    except TypeError:  # lists and the like
        codes, cells = pd.factorize(column.map(repr))
    filled = np.array(cells, object)
    filled[pd.isna(cells)] = None
    return codes, filled.tolist()


def _pairs(table: pd.DataFrame) -> Distinct:
    """Take protocol and port together."""
    (which, protocols), (other, ports) = (_distinct(table[column]) for column in APART)
    width = len(ports)
    pairs, codes = np.unique(which * width + other, return_inverse=True)
    cells = [(protocols[pair // width], ports[pair % width]) for pair in pairs.tolist()]
    return codes, cells


def _read(
    label: str, column: Distinct, read: Callable[[Any], Any], faults: list[Fault]
) -> Numbers:
    """Read each different cell once, and give the values row by row."""
    codes, cells = column
    values: list[Any] = []
    for place, cell in enumerate(cells):
        try:
            values.append(read(cell))
        except (NotationError, UnknownNameError) as error:
            problem = getattr(error, "problem", "is no name here")
            rows = np.flatnonzero(codes == place)
            faults.append(_fault(label, rows, cell, problem, error.hint))
    return np.zeros(0, np.int64) if faults else whole_numbers(values)[codes]


def _fault(label: str, rows: Places, cell: Any, problem: str, hint: str) -> Fault:
    """Say what is wrong with a cell, where it stands first, and how often it stands."""
    if len(rows) > 1:
        problem += f" (and so in {len(rows) - 1} more rows)"
    parts = cell if isinstance(cell, tuple) else (cell,)
    value = ":".join("" if part is None else str(part) for part in parts)
    return Fault("flows", int(rows[0]) + 1, label, value, problem, hint)


def _fewer(faults: list[Fault]) -> list[Fault]:
    """Put faults in the order of rows; of very many different ones, keep the first."""
    kept = sorted(faults, key=lambda fault: fault.row)[:_MOST_FAULTS]
    if more := len(faults) - len(kept):
        kept.append(
            Fault("flows", 0, "", "", f"has {more} more faults", "mend these first")
        )
    return kept


def _address_reader(scenario: Scenario, side: str) -> Callable[[Any], int]:
    """Return a reader of single addresses: the quick way first, then what a name may be.

    A public address of ours stands for the host behind it where the flow arrives.
    """
    translated = scenario.translated if side == "destination" else frozenset()

    def read(cell: Any) -> int:
        written = str(cell) if isinstance(cell, IPv4Address | IPv6Address) else cell
        text = _text(written, "10.10.0.11")
        with suppress(OSError, ValueError):
            number = int.from_bytes(inet_pton(AF_INET, text))
            if number not in translated:
                return number
        return _single(text, scenario.addresses(text, side, frozenset()))

    return read


def _text(cell: Any, example: str) -> str:
    if cell is None:
        raise NotationError("", "is empty", "fill the cell")
    if not isinstance(cell, str):
        raise NotationError(str(cell), "is no text", f"write it as in '{example}'")
    return cell


def _single(text: str, spans: Intervals) -> int:
    count = sum(last - first + 1 for first, last in spans)
    if count == 1:
        return spans[0][0]
    first = " ".join(address_text(span[0]) for span in spans[:_MOST_NAMED])
    hint = f"write one of them, as in {first}" if first else "write an address"
    raise NotationError(text, f"stands for {count} addresses", hint)


def _one_service(cell: Any) -> tuple[int, int]:
    """Read the one service of a packet."""
    text = _text(cell, "tcp:443")
    (first, last, details), *more = read_services(text)
    if more or first != last or details[0][0] != details[-1][1]:
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
    return "" if cell is None else str(int(cell) if whole else cell).strip()
