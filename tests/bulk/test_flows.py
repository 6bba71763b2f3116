"""Many flows: the same verdicts as one by one, and every fault in one error."""

import itertools
import json
from ipaddress import IPv4Address

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orosec import decide, orocloud
from orosec.bulk.flows import APART, ENDS, TOGETHER, decide_many
from orosec.cli.main import main
from orosec.engine.notation import address_text, service_text
from orosec.engine.packet_set import Packet
from orosec.errors import TableError, UnknownNameError
from orosec.model.schema import CDNS, READINGS

HEAD = "source,destination,service\n"
ADDRESSES = sorted(
    {
        address
        for subnet in ("10.10.0.", "10.20.0.")
        for address in (f"{subnet}{last}" for last in (0, 2, 3, 4, 8, 11, 31, 255))
    }
    | {"8.8.8.8", "192.168.1.1", "198.51.100.7", "130.211.0.5", "198.41.192.9", "0.0.0.0"}
)
SERVICES = [(6, 22), (6, 80), (6, 443), (6, 5432), (17, 31194), (1, 8), (50, 0), (6, 7844)]


def number(text):
    parts = map(int, text.split("."))
    return sum(part << shift for part, shift in zip(parts, (24, 16, 8, 0), strict=True))


def every_flow():
    triples = itertools.product(ADDRESSES, ADDRESSES, SERVICES)
    rows = [(source, other, service_text(*one)) for source, other, one in triples]
    return pd.DataFrame(rows, columns=["source", "destination", "service"])


def refused(**columns):
    """Give the faults of flows that cannot be read."""
    with pytest.raises(TableError) as caught:
        decide_many(pd.DataFrame(columns))
    return caught.value.faults


@pytest.mark.parametrize("cdn", CDNS)
@pytest.mark.parametrize("reading", READINGS)
def test_bulk_verdicts_are_those_of_the_walk(cdn, reading):
    """Each packet is walked through the rules of both ends; nothing differs."""
    scenario = orocloud.scenario(cdn, reading)
    found = decide_many(every_flow(), cdn=cdn, reading=reading)
    triples = itertools.product(ADDRESSES, ADDRESSES, SERVICES)
    for row, (source, other, service) in zip(
        found.itertuples(index=False), triples, strict=True
    ):
        packet = Packet(number(source), number(other), *service)
        walked = scenario.decisions(packet)
        rules = {
            way: " ".join(one.rule.name for one in walked if one.direction == way)
            for way in ("egress", "ingress")
        }
        passes = all(one.rule.allows for one in walked)

        fate = "permitted" if passes else "denied"
        if not walked and packet not in scenario.itself:
            fate = "unknown"
        assert row.verdict == fate
        assert row.served == (passes and packet in scenario.listening)
        assert (row.egress, row.ingress) == (rules["egress"], rules["ingress"])


def test_names_and_public_addresses_stand_for_hosts():
    """A name with one address is that address; a public address of ours, its host."""
    named = {"source": ["jobs-1"], "destination": ["web-2"], "service": ["tcp:80"]}
    plain = {"source": ["10.10.0.21"], "destination": ["10.10.0.12"], "service": ["tcp:80"]}
    public = {"source": "8.8.8.8", "destination": ["203.0.113.20"], "service": "udp:31194"}

    assert decide_many(pd.DataFrame(named)).equals(decide_many(pd.DataFrame(plain)))
    assert decide_many(pd.DataFrame(public)).ingress.tolist() == ["vpn-from-internet"]


@pytest.mark.parametrize("source", ["10.10.0.11", "10.20.0.2", "8.8.8.8"])
@pytest.mark.parametrize("destination", ["203.0.113.20", "203.0.113.30", "203.0.113.10"])
def test_a_public_address_of_ours_is_what_it_is_to_a_single_question(source, destination):
    """From inside it is out on the internet, from outside it is the host behind it."""
    flow = {"source": [source], "destination": [destination], "service": ["udp:31194"]}
    (row,) = decide_many(pd.DataFrame(flow)).itertuples()
    answer = decide(source, destination, "udp:31194")

    assert row.verdict == answer.verdict
    assert {row.egress, *row.ingress.split()} >= {step.row.name for step in answer.steps}


def test_protocol_and_port_may_stand_apart():
    """Names and numbers, ports beside empty cells, and protocols that have no port."""
    ends = {"source": ["10.10.0.4"] * 4, "destination": ["web-1"] * 4}
    apart = {"protocol": ["tcp", 6, "icmp", "esp"], "port": [22, 80.0, 8, None]}
    together = {"service": ["tcp:22", "tcp:80", "icmp:8", "esp"]}
    one = decide_many(pd.DataFrame({**ends, **apart}))

    assert one.equals(decide_many(pd.DataFrame({**ends, **together})))


def test_the_index_stays():
    """Whatever the rows are called, their verdicts are called the same."""
    flows = every_flow().head(3).set_axis([7, 7, 1])

    assert decide_many(flows).index.tolist() == [7, 7, 1]


def test_no_flows_have_no_verdicts():
    """An empty table is answered with an empty table."""
    assert decide_many(every_flow().head(0)).columns.tolist() == [
        "verdict",
        "served",
        "egress",
        "ingress",
    ]


def test_every_fault_comes_at_once_with_row_column_value_and_mend():
    """Nothing is judged before everything can be read."""
    faults = refused(
        source=["bridge", "8.8.8.8", "10.0.0.0/8"],
        destination=["wbe-1", None, "web-1"],
        service=["tcp", "tcp:70000", "http"],
    )
    told = [(fault.row, fault.column, fault.value) for fault in faults]

    assert told == [
        (1, "source", "bridge"),
        (1, "destination", "wbe-1"),
        (1, "service", "tcp"),
        (2, "destination", ""),
        (2, "service", "tcp:70000"),
        (3, "source", "10.0.0.0/8"),
        (3, "service", "http"),
    ]
    assert "10.10.0.4 10.20.0.4" in faults[0].hint
    assert "web-1" in faults[1].hint


def test_the_same_fault_in_many_rows_is_told_once():
    """With the first row, and how often it stands."""
    (fault,) = refused(source="wbe-1", destination=["web-1"] * 90, service="tcp:80")

    assert (fault.row, fault.problem) == (1, "is no name here (and so in 89 more rows)")


def test_very_many_faults_stay_readable():
    """The first are told, the rest is counted."""
    names = [f"x{one}" for one in range(1200)]
    flows = {"source": names, "destination": "web-1", "service": "tcp:80"}
    with pytest.raises(TableError) as caught:
        decide_many(pd.DataFrame(flows))

    assert len(caught.value.faults) == 1200
    assert str(caught.value).count("\n") < 10
    assert "and 1197 more" in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"whence": ["8.8.8.8"], "destination": "web-1", "service": "esp"}, "is missing"),
        ({"source": ["8.8.8.8"], "destination": "web-1"}, "is missing"),
        ({"source": ["8.8.8.8"], "destination": "web-1", "port": 1}, "is missing"),
        (
            {name: ["1"] for name in (*ENDS, *TOGETHER, *APART)},
            "the same",
        ),
        ({"source": [1], "destination": "web-1", "service": "esp"}, "is no text"),
        ({"source": [["web-1"]], "destination": "web-1", "service": "esp"}, "no name"),
        ({"source": ["8.8.8.8"], "destination": "web-1", "service": [1]}, "is no text"),
        ({"source": ["a\0"], "destination": "web-1", "service": "esp"}, "no name"),
        (
            {"source": ["8.8.8.8"], "destination": "web-1", "protocol": "tcp", "port": 1.5},
            "number",
        ),
        (
            {"source": ["8.8.8.8"], "destination": "web-1", "protocol": "esp", "port": 9},
            "has a port",
        ),
        (
            {"source": ["8.8.8.8"], "destination": "web-1", "protocol": "", "port": 9},
            "is no protocol",
        ),
    ],
)
def test_flows_of_the_wrong_form_are_refused(columns, problem):
    """One error says what is wrong; nothing else escapes."""
    assert any(problem in fault.problem for fault in refused(**columns))


def test_ipv6_is_read_and_stays_apart_from_ipv4():
    """Both ends of a packet are of one family; a row where they differ is refused."""
    six = {"source": ["2001:db8::1"], "destination": ["fd00::1"], "service": ["tcp:80"]}
    both = pd.concat([pd.DataFrame(six), every_flow().head(40)])

    assert decide_many(both).iloc[1:].equals(decide_many(every_flow().head(40)))
    (fault,) = refused(**{**six, "destination": ["web-1"]})
    assert "one family" in fault.problem


def test_a_column_that_stands_twice_is_refused():
    """Which of the two is meant, nobody can tell."""
    flows = every_flow().head(1)
    twice = pd.concat([flows, flows[["source"]]], axis=1)
    with pytest.raises(TableError, match="any of several columns"):
        decide_many(twice)


def test_an_unknown_cdn_is_refused():
    """With close matches."""
    with pytest.raises(UnknownNameError, match="google"):
        decide_many(every_flow().head(1), cdn="gogle")


def test_a_million_cells_are_read_once_each():
    """Addresses of the whole range, against plain arithmetic."""
    numbers = np.random.default_rng(1).integers(0, 2**32, 500)
    flows = pd.DataFrame(
        {"source": map(address_text, numbers.tolist()), "destination": "web-1"}
    ).assign(service="tcp:80")
    inside = [f"10.10.0.{last}" for last in range(256)]

    assert decide_many(flows).egress.ne("").tolist() == flows.source.isin(inside).tolist()


anything = st.one_of(
    st.sampled_from(
        ["web-1", "10.10.0.4", "fd00::1", "tcp:80", "tcp", "6", "80", "icmp:8"]
    ),
    st.text(max_size=6),
    st.none(),
    st.integers(-2, 70000),
    st.floats(),
    st.booleans(),
    st.binary(max_size=3),
    st.lists(st.integers(), max_size=2),
    st.just(IPv4Address("10.10.0.4")),
)
columns = st.sampled_from(["source", "destination", "service", "protocol", "port", "x", 7])


@given(st.dictionaries(columns, st.lists(anything, min_size=2, max_size=2), max_size=6))
def test_whatever_a_table_holds_it_is_judged_or_refused(cells):
    """No other error escapes, and a verdict comes with every row or with none."""
    table = pd.DataFrame(
        {name: pd.Series(cell, dtype=object) for name, cell in cells.items()}
    )
    try:
        found = decide_many(table)
    except TableError:
        return

    assert len(found) == len(table)


@given(
    st.lists(
        st.tuples(st.sampled_from(ADDRESSES), st.sampled_from(ADDRESSES)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["tcp:22", "icmp:8"]),
)
def test_columns_of_any_type_are_read_alike(pairs, service):
    """Text, categories, or address objects: the cells are the same."""
    table = pd.DataFrame(pairs, columns=["source", "destination"]).assign(service=service)
    kinds = [
        table.astype("category"),
        table.astype(object),
        table.assign(source=[IPv4Address(one) for one, _ in pairs]),
    ]

    assert all(decide_many(kind).equals(decide_many(table)) for kind in kinds)


def write(folder, text):
    path = folder / "flows.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_command_judges_a_file(capsys, tmp_path):
    """The rows come back with their verdicts; some denied is exit status 1."""
    path = write(tmp_path, HEAD + "10.10.0.4,web-1,tcp:22\n8.8.8.8,web-1,tcp:80\n")
    status = main(["flows", str(path)])
    lines = capsys.readouterr().out.splitlines()

    assert status == 1
    assert lines[0] == "source,destination,service,verdict,served,egress,ingress"
    assert lines[1].endswith("permitted,True,application-out,bridge-to-application")
    assert ",denied," in lines[2]


def test_the_command_writes_a_file_and_json(capsys, tmp_path):
    """All permitted is exit status 0."""
    path = write(tmp_path, HEAD + "10.10.0.4,web-1,tcp:22\n")
    status = main(["flows", str(path), "--json", "-o", str(tmp_path / "out.csv")])
    told = json.loads(capsys.readouterr().out)

    assert status == 0
    assert told["denied"] == 0
    assert told["flows"][0]["verdict"] == "permitted"
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").count("\n") == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"source,destination,service\n\xff,web-1,esp\n", "is no CSV"),
        (b'source,destination,service\n"', "is no CSV"),
        (b"source,destination,service\nwbe-1,web-1,esp\n", "did you mean"),
        (b"source,destination\n", "column is missing"),
        (b"source,destination,service\n1.1.1.1,web-1,esp,\n\n", "has 4 cells; write 3"),
        (b"source,destination,service\n,web-1,esp\n", "is no name here"),
    ],
)
def test_a_bad_file_is_one_error_and_status_2(capsys, tmp_path, content, told):
    """Nothing is printed as if it were a verdict."""
    path = tmp_path / "flows.csv"
    path.write_bytes(content)
    status = main(["flows", str(path)])
    out = capsys.readouterr()

    assert (status, out.out) == (2, "")
    assert told in out.err


def test_a_file_that_is_not_there_is_status_2(capsys, tmp_path):
    """Neither is a folder a file."""
    assert main(["flows", str(tmp_path / "none.csv")]) == 2
    assert main(["flows", str(tmp_path)]) == 2
    assert "write CSV in UTF-8" in capsys.readouterr().err
