"""Many flows at once: a DataFrame of packets in, verdicts and deciding rules out.

What `orosec.model.scenario.Scenario.decisions` says of one packet, said of a million. Each
text is read once, however often it stands; `orosec.bulk.first_match` does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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
from orosec.errors import Fault, NotationError, TableError, UnknownNameError, did_you_mean
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

ENDS = ("source", "destination")
TOGETHER, APART = ("service",), ("protocol", "port")
KNOWN = {
    "source": "source src src_ip srcip source_ip src_addr srcaddr saddr orig_h client_ip",
    "destination": "destination dest dst dst_ip dstip dest_ip destip destination_ip "
    "dst_addr dstaddr daddr resp_h server_ip",
    "service": "service services",
    "protocol": "protocol proto ip_protocol",
    "port": "port dst_port dstport dest_port destport destination_port dport resp_p",
}
"""What the columns of flows are called: by us, in flow logs and in firewall logs."""

REFUSED = "the flows cannot be used"
_MOST_NAMED = 4
_UNREAD, _MOST_UNREAD = -1, 2_000

Flows: TypeAlias = tuple[Numbers, Numbers, Places, Places]
"""Sources, destinations, protocols and details, an array each."""

Refusals: TypeAlias = list[tuple[Places, Fault]]
"""What is wrong with which rows."""

Distinct: TypeAlias = tuple[Places, list[Any]]
"""Which of the different cells of a column stands in each row, and these (None: empty)."""


def decide_many(
    flows: pd.DataFrame,
    *,
    cdn: str | None = None,
    reading: str = "operational",
    network: Network | None = None,
) -> pd.DataFrame:
    """Judge each row of *flows*: one packet, from one address to one other.

    Args:
        flows: columns ``source`` and ``destination`` (an address, or a name that stands
            for one), and either ``service`` (as in ``tcp:443``) or ``protocol`` and
            ``port`` (the type for icmp, empty for protocols that have neither); they may
            have the names of `KNOWN`, too. Other columns are not looked at.
        cdn: ``google`` or ``cloudflare``; where left out, google, or the one that is there.
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
        NotationError: *flows* is no DataFrame.
    """
    verdicts, refusals = judge(flows, given(network).scenario(cdn, reading), {})
    if refusals:
        faults = [fault for _, fault in refusals]
        raise TableError(sorted(faults, key=lambda fault: fault.row), REFUSED)
    return verdicts


def judge(
    flows: pd.DataFrame, scenario: Scenario, named: Mapping[str, str]
) -> tuple[pd.DataFrame, Refusals]:
    """Judge as `decide_many` each row that can be read; tell which cannot, and why.

    Of a row that cannot be read, the verdict means nothing. *named* says which columns are
    the source, the destination, the service, the protocol and the port, where their names
    do not tell.

    Raises:
        TableError: a column is missing.
    """
    import pandas as pd

    if not isinstance(flows, pd.DataFrame):
        raise NotationError(str(flows), "is no DataFrame", "give one, a row for each flow")
    places = _columns([*flows.columns], named)
    table = flows.iloc[:, [*places.values()]].set_axis([*places], axis=1)
    packets, refusals = _read_table(table, scenario)
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
    return pd.DataFrame(columns, index=flows.index), refusals


def _held(some: PacketSet, packets: Flows) -> npt.NDArray[np.bool_]:
    """Return which of the packets are in a set."""
    boxes = [Rule("", 0, True, *box) for box in some.products()]
    found: npt.NDArray[np.bool_] = Matcher(boxes).first(*packets) != NO_RULE
    return found


# Reading: each text once, and every fault before any verdict


def _read_table(table: pd.DataFrame, scenario: Scenario) -> tuple[Flows, Refusals]:
    found: Refusals = []
    sources, destinations = (
        _read(side, _distinct(table[side]), _address_reader(scenario, way), found, _UNREAD)
        for side, way in zip(ENDS, ("source", "called"), strict=True)
    )
    together = "service" in table
    column = _distinct(table["service"]) if together else _pairs(table)
    label, read = ("service", _one_service) if together else ("protocol, port", _service_of)
    services = _read(label, column, read, found, (_UNREAD, _UNREAD))
    mixed = (sources >= V6) != (destinations >= V6)
    rows = np.flatnonzero(mixed & (sources >= 0) & (destinations >= 0)).astype(np.int64)
    if len(rows):  # there is no such packet
        value = " ".join(str(table[side].iloc[rows[0]]) for side in ENDS)
        problem = "goes from one family of addresses to the other"
        hint = "give both ends as IPv4, or both as IPv6"
        found.append((rows, _fault(", ".join(ENDS), rows, value, problem, hint)))
    protocols, details = services.reshape(-1, 2).T
    packets = sources, destinations, protocols, details
    came = ~_held(PacketSet.box(scenario.inside), packets)
    for public in scenario.translated:  # to who is outside, it is the host behind it
        rows = np.flatnonzero(came & (destinations == public)).astype(np.int64)
        if not len(rows):
            continue
        text = address_text(public)
        try:
            hosts = scenario.addresses(text, "destination", frozenset())
            destinations[rows] = _single(text, hosts)
        except NotationError as error:
            found.append((rows, _fault(ENDS[1], rows, text, error.problem, error.hint)))
    return packets, found


def _columns(header: Sequence[Any], named: Mapping[str, str]) -> dict[str, int]:
    """Return where each column of flows stands."""
    found = {role: _places(header, role, named) for role in KNOWN}
    faults: list[Fault] = []
    chosen = named.keys() & {*TOGETHER, *APART}
    apart = chosen - {*TOGETHER} if chosen else found["protocol"] or found["port"]
    if found["service"] and apart and not chosen:
        problem = "stands beside protocol and port, which say the same"
        faults.append(Fault("flows", 0, "service", "", problem, "drop or name one of them"))
    wanted = (*ENDS, *(APART if apart else TOGETHER))
    for role in wanted:
        name, places = named.get(role, role), found[role]
        if len(places) != 1:
            problem = "may be any of several columns" if places else "column is missing"
            hint = f"name it {name}; {did_you_mean(name, map(str, header))}"
            faults.append(Fault("flows", 0, role, "", problem, hint))
    if faults:
        raise TableError(faults, REFUSED)
    return {role: found[role][0] for role in wanted}


def _places(header: Sequence[Any], role: str, named: Mapping[str, str]) -> list[int]:
    """Return where a column of flows may stand: by its very name, else by another one."""
    name, known = named.get(role, role), () if role in named else KNOWN[role].split()
    exact = [place for place, column in enumerate(header) if column == name]
    return exact or [at for at, column in enumerate(header) if plain(column) in known]


def plain(column: Any) -> str:
    """Write the name of a column in small letters, without the path that leads to it."""
    return re.sub(r"[\s-]+", "_", str(column).strip(' \r"').lower()).rpartition(".")[2]


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
    label: str, column: Distinct, read: Callable[[Any], Any], found: Refusals, unread: Any
) -> Numbers:
    """Read each different cell once, and give the values row by row."""
    codes, cells = column
    values, unreadable = list[Any](), 0
    order = np.argsort(codes, kind="stable")
    for rows, cell in zip(
        np.split(order, np.bincount(codes).cumsum()), cells, strict=False
    ):
        try:
            values.append(read(cell))
        except (NotationError, UnknownNameError) as error:
            if (unreadable := unreadable + 1) > _MOST_UNREAD:
                problem = (
                    f"has more than {_MOST_UNREAD} different cells that cannot be read"
                )
                hint = "is this the right column?"
                fault = Fault("flows", 0, label, str(cell), problem, hint)
                raise TableError([fault], REFUSED) from None
            values.append(unread)
            problem = getattr(error, "problem", "is no name here")
            found.append((rows, _fault(label, rows, cell, problem, error.hint)))
    return whole_numbers(values)[codes] if values else np.zeros(0, np.int64)


def _fault(label: str, rows: Places, cell: Any, problem: str, hint: str) -> Fault:
    """Say what is wrong with a cell, where it stands first, and how often it stands."""
    if len(rows) > 1:
        problem += f" (and so in {len(rows) - 1} more rows)"
    parts = cell if isinstance(cell, tuple) else (cell,)
    value = ":".join("" if part is None else str(part) for part in parts)
    return Fault("flows", int(rows[0]) + 1, label, value, problem, hint)


def _address_reader(scenario: Scenario, side: str) -> Callable[[Any], int]:
    """Return a reader of single addresses: the quick way first, then what a name may be."""

    def read(cell: Any) -> int:
        written = str(cell) if isinstance(cell, IPv4Address | IPv6Address) else cell
        text = _text(written, "10.10.0.11")
        with suppress(OSError, ValueError):
            return int.from_bytes(inet_pton(AF_INET, text))
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
