"""The tables of the core: a class for the rows of each, which declares its columns.

The rows are named tuples, and read as a sentence. What a column is for stands under
*Attributes*; what may stand in it, and what a new row has there, stands beside its name.
In every table, `basis` says what the row is based on, `cites` which sentences it follows,
and `rationale` the reason, in words; `invented` names the columns whose cells are ours, so
that nobody takes them for the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from orosec.engine.notation import address_number
from orosec.errors import UnknownNameError, did_you_mean
from orosec.model import schema
from orosec.model.cells import (
    a_flow,
    a_name,
    a_range,
    an_end,
    an_identifier,
    any_text,
    in_notation,
    in_words,
    number_to,
    one_of,
    some_services,
)
from orosec.model.schema import Column, added_later, applies, or_empty, table
from orosec.values import Value

if TYPE_CHECKING:
    from orosec.model.page_rows import (
        AmbiguityRow,
        ClaimRow,
        ExceptionRow,
        PageRow,
        SectionRow,
        SentenceRow,
    )

Name = Annotated[str, Column(a_name)]
Text = Annotated[str, Column(any_text)]
Cdn = Annotated[str, Column(one_of("both", *schema.CDNS), default="both")]
Reading = Annotated[str, Column(one_of("both", *schema.READINGS), default="both")]
Basis = Annotated[str, Column(one_of(*schema.BASES), default="proposed")]
Ids = in_words(an_identifier)
Cites = Annotated[str, or_empty(Ids, names="sentences")]
Rationale = Annotated[str, Column(any_text, default="Proposed; no reason is given.")]
Invented = Annotated[str, added_later(in_words(a_name))]
Node = Annotated[str, Column(a_name, names="hosts")]
Ends = Annotated[str, Column(in_words(an_end), names="ends")]
Services = Annotated[str, Column(some_services)]
Priority = Annotated[int, Column(number_to(65535), default=1000)]


@table("subnets", "subnet")
class SubnetRow(NamedTuple):
    """An address segment of the customer's cloud.

    Attributes:
        name: unique name.
        network: the network it is a part of; its rules hold here.
        cidr: its range, or one of each family.
    """

    name: Name
    network: Name
    cidr: Annotated[str, Column(in_words(a_range))]
    invented: Invented
    basis: Basis
    cites: Cites
    rationale: Rationale


@table("nodes", "node")
class NodeRow(NamedTuple):
    """A machine, or a service that stands for one; it takes part by its interfaces.

    Attributes:
        name: unique name.
        cdn: ``google``, ``cloudflare`` or ``both``.
        role: what it is to rules that name many: ``web``, ``database``. Nodes of several
            roles, with one home and one address, are one host.
        function: ``application``, ``cdn``, ``egress``, ``bridge``, ``vpn``, ``outside``, or
            ``other`` where it is none of these, as a mail relay is.
        home: the subnet or network it lives in, ``border`` or ``internet``.
        stores: ``yes`` where it stores production data, else ``no``.
    """

    name: Name
    cdn: Cdn
    role: Name
    function: Annotated[str, Column(one_of(*schema.FUNCTIONS))]
    home: Annotated[str, Column(a_name, names="homes")]
    stores: Annotated[str, Column(one_of("yes", "no"), default="no")]
    basis: Basis
    cites: Cites
    rationale: Rationale


@table("interfaces", "interface")
class InterfaceRow(NamedTuple):
    """Where a node is attached.

    Attributes:
        name: unique name.
        cdn: ``google``, ``cloudflare`` or ``both``.
        node: the node that is attached.
        subnet: where it is attached; empty outside all subnets.
        address: its address or range there, or one of each family.
        public: the public address that stands for it, if any.
        carries: ``both``, ``arrivals`` or ``departures``.
    """

    name: Name
    cdn: Cdn
    node: Node
    subnet: Annotated[str, or_empty(a_name, names="subnets")]
    address: Annotated[str, Column(in_words(a_range))]
    public: Annotated[str, or_empty(in_words(in_notation(address_number)))]
    carries: Annotated[
        str, Column(one_of("both", "arrivals", "departures"), default="both")
    ]
    invented: Invented
    basis: Basis
    cites: Cites
    rationale: Rationale


@table("listeners", "listener")
class ListenerRow(NamedTuple):
    """A service that answers on some node or on all nodes of a role.

    Attributes:
        name: unique name.
        cdn: ``google``, ``cloudflare`` or ``both``.
        node: the node or role that answers.
        services: such as ``tcp:5432 icmp``, or ``all``.
    """

    name: Name
    cdn: Cdn
    node: Node
    services: Services
    basis: Basis
    cites: Cites
    rationale: Rationale


@table("rules", "rule", by_position=2)
class RuleRow(NamedTuple):
    """A firewall rule: it decides the first packet of a connection.

    Attributes:
        name: unique name.
        action: ``allow`` or ``deny``.
        source: who sends: names, addresses, ranges.
        destination: who receives: the same.
        services: such as ``tcp:5432 icmp``, or ``all``.
        network: whose rules are meant; left out of a new rule, it is the network that
            the destination stands in (the source, for an egress rule).
        direction: ``ingress`` or ``egress``.
        priority: 0 to 65535, the lower the earlier; deny before allow where equal.
        cdn: ``google``, ``cloudflare`` or ``both``.
        reading: ``operational``, ``literal`` or ``both``.
    """

    name: Name
    cdn: Cdn
    reading: Reading
    network: Annotated[str, Column(a_name, names="networks", default="")]
    direction: Annotated[str, Column(one_of("ingress", "egress"), default="ingress")]
    priority: Priority
    action: Annotated[str, Column(one_of("allow", "deny"))]
    source: Ends
    destination: Ends
    services: Services
    basis: Basis
    cites: Cites
    rationale: Rationale


@table("routes", "route")
class RouteRow(NamedTuple):
    """Who leaves through what, and as whom.

    Of routes that take the same traffic a later one stands by, and one of equal priority
    shares the load: it is not known which is taken when, so each is told as a way.

    Attributes:
        name: unique name.
        cdn: ``google``, ``cloudflare`` or ``both``.
        priority: 0 to 65535, the lower the earlier.
        source: who sends.
        destination: where to, outside.
        via: the node that it leaves through.
        public: the public address of that node that it carries outside.
    """

    name: Name
    cdn: Cdn
    priority: Priority
    source: Ends
    destination: Ends
    via: Node
    public: Annotated[str, Column(in_notation(address_number))]
    invented: Invented
    basis: Basis
    cites: Cites
    rationale: Rationale


@table("relays", "relay")
class RelayRow(NamedTuple):
    """What ends one connection and opens the next one.

    Attributes:
        name: unique name.
        cdn: ``google``, ``cloudflare`` or ``both``.
        node: who ends the connection.
        accepts: the services on which it does.
        exit: who opens the next one: the same node, or the end of a tunnel.
        destination: where to.
        services: on which services.
        carrier: a connection that must be possible for this, as source, destination
            and service; empty where it needs none.
    """

    name: Name
    cdn: Cdn
    node: Node
    accepts: Services
    exit: Node
    destination: Ends
    services: Services
    carrier: Annotated[str, or_empty(a_flow, names="flow")]
    basis: Basis
    cites: Cites
    rationale: Rationale


class VariantRows(Value):
    """The tables whose rows hold under each CDN and reading, or under some of them."""

    nodes: tuple[NodeRow, ...]
    interfaces: tuple[InterfaceRow, ...]
    listeners: tuple[ListenerRow, ...]
    rules: tuple[RuleRow, ...]
    routes: tuple[RouteRow, ...]
    relays: tuple[RelayRow, ...]


class Tables(VariantRows):
    """Every table by its name, as tuples of rows: hashable, comparable, never changed.

    The tables that wings declare are attributes like these.
    """

    subnets: tuple[SubnetRow, ...]
    sections: tuple[SectionRow, ...]
    sentences: tuple[SentenceRow, ...]
    claims: tuple[ClaimRow, ...]
    ambiguities: tuple[AmbiguityRow, ...]
    exceptions: tuple[ExceptionRow, ...]
    page: tuple[PageRow, ...]
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> tuple[Any, ...]: ...

    def __init__(self, **rows: tuple[Any, ...]) -> None:
        self._rows = rows
        vars(self).update(rows)

    def replaced(self, **rows: tuple[Any, ...]) -> Tables:
        """Return the tables with other rows in some of them."""
        return Tables(**(self._rows | rows)) if rows else self

    @cached_property
    def cdns(self) -> tuple[str, ...]:
        """The CDNs that rows are of; both where an edge is, or no row is of one alone."""
        every = (*VariantRows.__annotations__, "claims")
        own = {row.cdn for name in every for row in getattr(self, name)}
        shared = any(row.function == "cdn" and row.cdn == "both" for row in self.nodes)
        return tuple(cdn for cdn in schema.CDNS if shared or cdn in own) or schema.CDNS

    def by_name(self) -> dict[str, tuple[Any, ...]]:
        """Return the rows of each table by its name."""
        return dict(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tables) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(tuple(self._rows.values()))


def row_with(kind: Any, **cells: Any) -> Any:
    """Return a row of a class with these cells, and empty ones in all other columns."""
    return kind(**(dict.fromkeys(kind._fields, "") | cells))


def row_name(row: Any) -> str:
    """Return what tells a row apart in its table: the cell of its first column."""
    return str(row[0])


def row_number(tables: Tables, table: str, name: str) -> int:
    """Return the place of a row in its table, from 0.

    Raises:
        UnknownNameError: there is no such row.
    """
    names = [row_name(row) for row in getattr(tables, table)]
    if name not in names:
        raise UnknownNameError(str(name), f"row of {table}", did_you_mean(str(name), names))
    return names.index(name)


def applying(tables: Tables, name: str, cdn: str, reading: str) -> Iterator[Any]:
    """Yield the rows of a table that count under one CDN and one reading."""
    return (row for row in getattr(tables, name) if applies(row, cdn, reading))
