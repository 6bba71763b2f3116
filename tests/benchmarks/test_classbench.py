"""Filter sets: read as they are meant, or refused with every bad line."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from classbench import FilterError, read_filters

from orosec.bulk.shadowing import shadowed
from orosec.engine.notation import range_intervals, read_services
from orosec.engine.packet_set import ANY_SERVICE

SMALL = Path(__file__).parents[1] / "data" / "filters.txt"


def read_line(line, **options):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "one.txt"
        path.write_text(line, encoding="utf-8")
        return read_filters(path, **options)[0]


GOOD = "@10.0.0.0/8\t10.0.0.0/8\t0 : 65535\t80 : 80\t0x06/0xFF"


def test_a_small_set_is_read_as_it_is_meant():
    """Prefixes, ports, one protocol, every protocol, and flags that ask for nothing."""
    rules = read_filters(SMALL)
    first, second, third, fourth = rules

    assert first.sources == range_intervals("10.0.0.0/8")
    assert first.destinations == range_intervals("192.168.7.0/24")
    assert first.services == read_services("tcp:443")
    assert second.services == read_services("icmp")
    assert third.services == read_services("tcp:1024-65535 udp:1024-65535 sctp:1024-65535")
    assert fourth.services == ANY_SERVICE
    assert [rule.priority for rule in rules] == [0, 1, 2, 3]
    assert shadowed(rules) == ()


def test_actions_follow_from_the_seed():
    """The same ones each time, and others for another seed."""
    many = [tuple(rule.allows for rule in read_filters(SMALL, seed=k)) for k in range(9)]

    assert tuple(rule.allows for rule in read_filters(SMALL, seed=3)) == many[3]
    assert len(set(many)) > 1


def test_a_mask_may_leave_protocols_open():
    """Those that agree in the bits of the mask."""
    line = GOOD.replace("80 : 80", "0 : 65535").replace("0x06/0xFF", "0x06/0xFE")
    assert read_line(line).services == read_services("tcp 7")


def test_source_ports_and_flags_are_refused_or_left_out():
    """A widened set has neither; which of the two, the caller says."""
    ports = GOOD.replace("0 : 65535", "1 : 5")
    flags = GOOD + "\t0x0000/0x0200"
    for line, what in ((ports, "source ports"), (flags, "TCP flags")):
        with pytest.raises(FilterError, match=what):
            read_line(line)
        assert read_line(line, widen=True)[3:] == read_line(GOOD)[3:]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("10.0.0.0/8\t10.0.0.0/8\t0 : 65535\t80 : 80\t0x06/0xFF", "is no filter"),
        ("@10.0.0.0/8\t10.0.0.0/8\t0 : 65535\t80 : 80", "is no filter"),
        (GOOD + "\textra", "is no filter"),
        (GOOD.replace("@10.0.0.0/8", "@10.0.0.0"), "has no prefix length"),
        (GOOD.replace("@10.0.0.0/8", "@10.0.0.0/33"), "10.0.0.0/33"),
        (GOOD.replace("@10.0.0.0/8", "@10.0.0.1/8"), "host bits"),
        (GOOD.replace("80 : 80", "80 : 70000"), "is no range of ports"),
        (GOOD.replace("80 : 80", "81 : 80"), "is no range of ports"),
        (GOOD.replace("0x06", "0x2f"), "asks a protocol for ports"),
        (GOOD.replace("0x06", "6"), "is no filter"),
    ],
)
def test_a_malformed_line_is_a_clear_error(tmp_path, line, what):
    """With its number; the good line before it changes nothing."""
    path = tmp_path / "bad.txt"
    path.write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(FilterError, match=what) as caught:
        read_filters(path)

    assert [number for number, _, _ in caught.value.faults] == [3]


def test_all_bad_lines_come_at_once(tmp_path):
    """The first fifty are told, the rest is counted."""
    path = tmp_path / "bad.txt"
    path.write_text("nonsense\n" * 70, encoding="utf-8")
    with pytest.raises(FilterError, match="and 20 more") as caught:
        read_filters(path)

    assert len(caught.value.faults) == 70


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff"])
def test_a_file_without_filters_is_refused(tmp_path, content):
    """Empty, blank, or no text."""
    path = tmp_path / "none.txt"
    path.write_bytes(content)
    with pytest.raises(FilterError):
        read_filters(path)
    with pytest.raises(FilterError, match="cannot be read"):
        read_filters(tmp_path / "missing.txt")
