"""Files of flows: any columns and separators, rows that cannot be read, whole answers."""

import csv
import io
import json
from collections import Counter

import pytest
from effort import rare
from hypothesis import given
from hypothesis import strategies as st

from orosec import decide, orocloud
from orosec.bulk.flow_file import judge_file
from orosec.cli.main import main
from orosec.errors import NotationError, TableError, UnknownNameError

SCENARIO = orocloud.scenario("google", "operational")
GOOD, BAD, OUT = "10.10.0.4,web-1,tcp:22", "10.10.0.4,wbe-1,tcp:22", "8.8.8.8,web-1,tcp:22"
STRANGERS = "8.8.8.8,9.9.9.9,tcp:80"
RULES = "application-out,bridge-to-application"
HEAD = "source,destination,service"


@pytest.fixture
def written(tmp_path):
    """Give what writes lines into a file of flows."""

    def write(*lines, encoding="utf-8"):
        path = tmp_path / "flows.csv"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return write


def verdicts(path, **named):
    """Return the verdict of each row, and the numbers of those that were set aside."""
    judged = judge_file(path, named, SCENARIO)
    place = len(judged.header) - 4
    return [row[place] for row in judged.rows], [row[0] for row in judged.refused]


HEADERS = [
    "source,destination,service|10.10.0.4,web-1,tcp:22",
    "Source,Destination,Service|10.10.0.4,web-1,TCP/22",
    "src_ip;dest_ip;proto;dest_port|10.10.0.4;10.10.0.11;TCP;22",
    "srcaddr\tdstaddr\tsrcport\tdstport\tprotocol|10.10.0.4\t10.10.0.11\t50000\t22\t6",
    "SRC IP,DST-IP,Protocol,Dst Port|10.10.0.4,10.10.0.11,tcp,22",
    "connection.src_ip,connection.dest_ip,protocol,dest_port|10.10.0.4,10.10.0.11,6,22",
    "id.orig_h,id.resp_h,id.resp_p,proto|10.10.0.4,10.10.0.11,22,tcp",
    "sep=;|source;destination;service|10.10.0.4;web-1;tcp:22",
    '"source";"destination";"service"|"10.10.0.4";"web-1";"tcp:22"',
    "source|destination|service".replace("|", "\x7c") + "\n10.10.0.4|web-1|tcp:22",
    "source,src,destination,service|10.10.0.4,8.8.8.8,web-1,tcp:22",
]


@pytest.mark.parametrize("lines", HEADERS)
def test_columns_and_separators_of_other_tools_are_known(written, lines):
    """Whatever the log was made by; what has our very name comes first."""
    path = written(*(lines.split("\n") if "\n" in lines else lines.split("|")))

    assert verdicts(path) == (["permitted"], [])


def test_a_column_may_be_named(written):
    """Also instead of one whose name would tell."""
    path = written("von,nach,was,source", "10.10.0.4,web-1,tcp:22,8.8.8.8")

    named = {"source": "von", "destination": "nach", "service": "was"}
    assert verdicts(path, **named) == (["permitted"], [])


def test_a_named_port_counts_instead_of_a_service(written):
    """A log may call something else a service."""
    path = written("src,dst,service,proto,dst_port", "10.10.0.4,web-1,ssh,tcp,22")

    assert verdicts(path, protocol="proto") == (["permitted"], [])
    with pytest.raises(TableError, match="say the same"):
        verdicts(path)


WRONG = [
    (("source,destination", "web,web"), "column service: '' column is missing"),
    (("src,src_ip,dst,service", "a,b,c,d"), "may be any of several columns"),
    (("source,destination,port", "a,b,1"), "column protocol: '' column is missing"),
    ((HEAD, 'web,"web,tcp:22'), "is no CSV"),
    (("",), "is empty"),
    ((",,", GOOD), "has no header"),
    (("x" * 200_000,), "is no CSV"),
    (("von,nach,was", GOOD), "say which it is by --source"),
]


@pytest.mark.parametrize(("lines", "told"), WRONG)
def test_a_file_whose_columns_do_not_tell_is_refused(written, lines, told):
    """One error, with the name of the file."""
    path = written(*lines)
    with pytest.raises(TableError) as caught:
        verdicts(path)

    assert told in str(caught.value)
    assert all(fault.file == str(path) for fault in caught.value.faults)


def test_a_column_that_is_named_and_not_there_is_refused(written):
    """With what is there."""
    with pytest.raises(TableError, match="did you mean 'source'"):
        verdicts(written(HEAD, GOOD), source="sorce")


def test_a_file_in_another_encoding_is_one_fault(written):
    """It is named; nothing is guessed."""
    with pytest.raises(TableError, match="is no CSV"):
        verdicts(written(HEAD, GOOD, encoding="utf-16"))


def test_what_is_no_file_or_has_no_end_is_one_fault(tmp_path):
    """A folder, a name that is not there, a device."""
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(TableError, match="cannot be read"):
            verdicts(path)


def test_too_many_different_faults_are_one(written):
    """It is the wrong column, and not every name in it is looked up."""
    with pytest.raises(TableError, match="right column") as caught:
        verdicts(written(HEAD, *(f"x{one},web-1,tcp:22" for one in range(3000))))

    assert len(caught.value.faults) == 1


def test_bad_rows_are_set_aside_and_the_others_are_judged(written):
    """By number; blank ones are no rows."""
    path = written(HEAD, GOOD, BAD, "", ",,", "one,two", OUT, "::1,web-1,tcp:22")

    assert verdicts(path) == (["permitted", "denied"], [2, 5, 7])


def run(capsys, *line):
    status = main(["flows", *map(str, line)])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([GOOD], 0),
        ([GOOD, OUT], 1),
        ([GOOD, STRANGERS], 3),
        ([GOOD, BAD], 3),
        ([STRANGERS, BAD, OUT], 1),
        ([BAD], 2),
    ],
)
def test_the_exit_status_is_as_documented(capsys, written, rows, status):
    """Denied comes first; then what nobody can say; without any answer it is 2."""
    assert run(capsys, written(HEAD, *rows))[0] == status


def test_what_is_left_out_is_told_and_strict_refuses(capsys, written):
    """On standard error, with the file and the first row."""
    path = written(HEAD, GOOD, BAD, BAD)
    status, out, err = run(capsys, path)
    refused = run(capsys, path, "--strict")

    assert status == 3
    assert out.count("\n") == 2
    assert f"2 of 3 rows are left out, 1 fault:\n  {path} row 2" in err
    assert refused[:2] == (2, "")


def test_bad_rows_are_written_aside_as_they_are(capsys, written, tmp_path):
    """With their number, the reason and the hint; mended, the file can be judged."""
    aside = tmp_path / "aside.csv"
    run(capsys, written(f"{HEAD},who", f"{GOOD},me", f"{BAD},you"), "--rejects", aside)
    (row,) = csv.DictReader(io.StringIO(aside.read_text(encoding="utf-8")))

    assert (row["row"], row["destination"], row["who"]) == ("2", "wbe-1", "you")
    assert "web-1" in row["hint"]
    mended = written(*aside.read_text(encoding="utf-8").replace("wbe", "web").splitlines())
    assert verdicts(mended) == (["permitted"], [])


def test_other_columns_are_kept(capsys, written):
    """As text and as JSON, in their order, before the verdict."""
    path = written("who;src;dst;service;when", "me;10.10.0.4;web-1;tcp:22;now")
    out = run(capsys, path)[1]
    told = json.loads(run(capsys, path, "--json")[1])

    assert out.splitlines() == [
        "who,src,dst,service,when,verdict,served,egress,ingress",
        f"me,10.10.0.4,web-1,tcp:22,now,permitted,True,{RULES}",
    ]
    assert told["flows"][0]["who"] == "me"
    assert (told["denied"], told["unknown"], told["refused"]) == (0, 0, 0)


def test_standard_input_is_a_file(capsys, monkeypatch):
    """Named ``-``; faults name it, too."""
    stream = io.TextIOWrapper(io.BytesIO(f"{HEAD}\n{GOOD}\n{BAD}\n".encode()))
    monkeypatch.setattr("sys.stdin", stream)
    status, out, err = run(capsys, "-")

    assert status == 3
    assert "permitted" in out
    assert "standard input row 2" in err


ENDS = ("web-1", "jobs-1", "10.10.0.4", "8.8.8.8", "203.0.113.20", "198.51.100.9") * 2
ENDS += ("web", "wbe", "", "::1", "2001:db8::1", "9.9.9.9", "198.51.100.7:51512")
ENDS += ("10.10.0.11-10.10.0.11",)
ON = ("tcp:22", "TCP/22", "22/tcp", "esp", "50", "udp:31194", "icmp6:128") * 2
ON += ("tcp", "5432", "")
FATES = ("permitted", "denied", "no single packet", "refused")
cells = st.tuples(*map(st.sampled_from, (ENDS, ENDS, ON)))


def single(row):
    """Return what becomes of a row that is asked by itself."""
    try:
        answer = decide(*row)
    except (NotationError, UnknownNameError):
        return "refused"
    return answer.verdict if answer.traffic.count() == 1 else "no single packet"


def test_bulk_answers_equal_single_ones(tmp_path):
    """Of each row its verdict; what is no single packet is set aside, too."""
    path, seen = tmp_path / "flows.csv", Counter()

    @given(st.lists(cells, min_size=4, max_size=12))
    def law(rows):
        path.write_text("\n".join([HEAD, *map(",".join, rows)]), encoding="utf-8")
        judged = judge_file(path, {}, SCENARIO)
        found = {tuple(row[:3]): row[3] for row in judged.rows}
        alone = {row: single(row) for row in rows}
        seen.update(alone.values())

        assert found == {row: fate for row, fate in alone.items() if fate not in FATES[2:]}

    law()
    assert rare(seen, seen.total(), FATES) == {}
