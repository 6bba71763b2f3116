"""The terminal: colour there and nowhere else; any output; nothing that it obeys."""

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from effort import some
from folders import set_cells

import orosec
from orosec import orocloud
from orosec.cli.main import commands, main
from orosec.model.network import NOTE

ROOT = Path(orosec.__file__).parents[1]

QUESTIONS = [
    ("decide", "bridge", "web", "tcp:22"),
    ("decide", "internet", "web", "tcp:22"),
    ("decide", "wbe", "web", "tcp:22"),
    ("check", "GL3-ports-words"),
]
BREAK = "<next question>"
ASK_ALL = f"""
from orosec.cli.main import main
for question in {QUESTIONS!r}:
    main(question)
    print("{BREAK}", flush=True)
"""
"""All questions in one process: what is tested is where it writes to."""
START = ("-m", "orosec")


def on_a_terminal(*arguments, **variables):
    """Return what Python writes, results and errors, where both are a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "", **variables}
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    ):
        os.close(theirs)
        text = b""
        try:
            while some := os.read(ours, 65536):
                text += some
        except OSError:  # how Linux says that nobody writes any more
            pass
        os.close(ours)
    return text.decode().replace("\r\n", "\n")


def in_a_pipe(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


@pytest.fixture(scope="module")
def answers():
    """The answers to all questions: in a pipe, on a terminal, on one without colour."""
    texts = (
        in_a_pipe("-c", ASK_ALL),
        on_a_terminal("-c", ASK_ALL),
        on_a_terminal("-c", ASK_ALL, NO_COLOR="1"),
    )
    parts = [text.split(BREAK)[:-1] for text in texts]
    return dict(zip(QUESTIONS, zip(*parts, strict=True), strict=True))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_terminal_gets_colour_and_all_else_is_plain(answers, question):
    """Without its colours the text is the same; NO_COLOR takes them away."""
    plain, coloured, uncoloured = answers[question]
    bare = coloured.replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[0m", "")

    assert "\x1b" not in plain
    assert "\x1b[3" in coloured
    assert bare == plain == uncoloured


def test_a_command_is_coloured_as_it_is_started():
    """The program itself, in a pipe and on a terminal."""
    assert "\x1b" not in in_a_pipe(*START, *QUESTIONS[0])
    assert "\x1b[3" in on_a_terminal(*START, *QUESTIONS[0])


def test_json_is_never_coloured():
    """It is for programs, also where it is looked at."""
    assert "\x1b" not in on_a_terminal(*START, *QUESTIONS[0], "--json")


# Whatever the output is


PROGRAM = shlex.join([sys.executable, *START])
QUICK = {
    "decide": ("decide bridge web tcp:22", 0),
    "explain": ("explain internet web tcp:22", 1),
    "suggest": ("suggest deny internet web tcp:22", 0),
    "flows": ("flows flows.csv", 1),
    "check": ("check GL3-ports-words", 0),
    "diff": ("diff documented documented", 0),
    "lint": ("lint --cdn cloudflare --reading literal", 0),
    "drift": ("drift empty.md", 2),
    "trace": ("trace GL3", 0),
    "sentences": ("sentences GL3", 0),
    "draw": ("draw", 0),
    "recover": ("recover .", 2),
    "report": ("report --quick -o report.html", 0),
}
"""Each command as it is asked here, and the exit status of its answer. *mutate* alone takes
longer; it writes as the others do."""

OUTPUTS = {
    "closed": "{} >&-",
    "a reader that left": "{{ {}; echo $? >&3; }} 3>status | true",
    "latin-1": "PYTHONIOENCODING=latin-1 {}",
    "cp1252": "PYTHONIOENCODING=cp1252:strict {}",
    "ascii": "PYTHONIOENCODING=ascii {}",
    "the C locale": "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {}",
    "no environment": 'env -i PYTHONPATH="$PYTHONPATH" {}',
    "one column": "COLUMNS=1 LINES=1 {}",
    "nothing at all": "{} <&- >&- 2>&-",
}
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")


@pytest.fixture
def ended(tmp_path):
    """Give what runs a line of the shell in a folder: exit status, output, errors."""
    flow = "source,destination,service\n8.8.8.8,web-1,tcp:22\n"
    (tmp_path / "flows.csv").write_text(flow, encoding="utf-8")
    (tmp_path / "empty.md").write_text("A page.\n", encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))

    def run(line):
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            check=False,
            timeout=60,
        )
        left = tmp_path / "status"
        status = int(left.read_text(encoding="utf-8")) if left.exists() else done.returncode
        return status, done.stdout, done.stderr.decode()

    return run


def test_every_command_is_asked_here():
    """Or named as the one that is not."""
    known = commands.list_commands(click.Context(commands))

    assert {*QUICK} == {*known} - {"mutate"}


@FULL
@pytest.mark.parametrize("name", some(QUICK, 3))
def test_an_output_that_is_full_is_one_line_and_status_2(ended, name):
    """What was asked for could not be told; an error of another kind is told as ever."""
    line, status = QUICK[name]
    found, _, said = ended(f"{PROGRAM} {line} >/dev/full")

    assert found == 2
    if status != 2:
        assert said == "orosec: cannot read or write: No space left on device\n"
    assert said.startswith("orosec: ")


@FULL
def test_where_errors_cannot_be_told_the_status_still_tells(ended):
    """Not even that the output is full."""
    assert ended(f"{PROGRAM} sentences >/dev/full 2>/dev/full")[0] == 2


MOST = ("closed", "a reader that left", "ascii")


@pytest.mark.parametrize(
    ("output", "asked"),
    some(
        [(output, "explain") for output in OUTPUTS]
        + [(output, asked) for output in MOST for asked in ("check", "--help", "json")],
        4,
    ),
)
def test_the_exit_status_is_the_answer_whatever_the_output_is(ended, output, asked):
    """And not a word of complaint; JSON is the same JSON."""
    more = {"json": ("draw --json", 0)}
    line, status = {**QUICK, **more}.get(asked, (asked, 0))
    found, out, said = ended(OUTPUTS[output].format(f"{PROGRAM} {line}"))

    assert (found, said) == (status, "")
    if asked == "json" and out:
        assert json.loads(out)["view"] == "segmentation"


@pytest.mark.parametrize("name", some(QUICK, 3))
def test_every_command_outlives_its_reader_and_a_narrow_encoding(ended, name):
    """As in ``| head -1``, and where no sign of ours can be written."""
    line, status = QUICK[name]
    narrow = OUTPUTS["ascii"].format(f"{PROGRAM} {line}")
    left = OUTPUTS["a reader that left"].format(f"{narrow} 2>errors")

    assert ended(left)[0] == status


WRITING = {
    "draw": ("draw", "picture.dot"),
    "report": ("report --quick", "page.html"),
    "trace": ("trace GL3", "matrix.csv"),
    "flows": ("flows flows.csv", "verdicts.csv"),
    "flows aside": ("flows bad.csv --rejects", "aside.csv"),
}


@pytest.mark.parametrize("name", some(WRITING, 1))
def test_what_is_written_goes_into_a_pipe_and_onto_no_folder(ended, tmp_path, name):
    """Where ``-o`` names a FIFO, its reader gets all, and it stays one."""
    line, target = WRITING[name]
    option = "" if name == "flows aside" else "-o"
    good = "source,destination,service\n8.8.8.8,web-1,tcp:22\n"
    (tmp_path / "bad.csv").write_text(f"{good}wbe,web-1,tcp:22\n", encoding="utf-8")
    start = f"{PROGRAM} {line} {option}"
    got = ended(f"mkfifo {target}; cat {target} >got & {start} {target}; wait; cat got")
    folder = ended(f"mkdir folder.d; mv folder.d x{target}; {start} x{target}")

    assert got[1]
    assert (tmp_path / target).is_fifo()
    assert (folder[0], folder[1]) == (2, b"")
    assert "cannot write" in folder[2]


# Nothing that a terminal obeys

TRICKS = "\x1b[2J\x9b31m\u202egnp\u2066\x07\x7f\rweb"
"""Clear the screen, colour, text that runs backwards, a bell, and a line from its start."""


@pytest.fixture
def tricky(tmp_path):
    """Give a folder with tricks in its name, its cells, its note and its flows."""
    folder = tmp_path / TRICKS
    orocloud.save(folder, why="Because.")
    (folder / NOTE).write_text(f"Because. {TRICKS}", encoding="utf-8")
    set_cells(folder, "rules", "bridge-to-application", rationale=TRICKS)
    set_cells(folder, "claims", "GL3-ports", says=f"{TRICKS}\U000e0041")
    flow = f'source,destination,service,who\n8.8.8.8,web-1,tcp:22,"{TRICKS}"\n'
    (folder / "flows.csv").write_text(flow, encoding="utf-8")
    (folder / "bad.csv").write_text(flow.replace("web-1", f'"{TRICKS}"'), encoding="utf-8")
    (folder / "page.md").write_text(TRICKS, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "line",
    [
        ("decide", TRICKS, "web", "all"),
        ("decide", "web", "web", TRICKS),
        ("explain", "internet", "web", "all", "--tables", "{}"),
        ("suggest", "deny", "internet", "web", TRICKS),
        ("flows", "{}/flows.csv", "--json"),
        ("flows", "{}/flows.csv", "-o", "{}/out.csv"),
        ("flows", "{}/flows.csv"),
        ("flows", "{}/bad.csv"),
        ("flows", "{}/none.csv"),
        ("check", TRICKS),
        ("check", "--today", TRICKS),
        ("diff", "documented", "{}"),
        ("diff", "documented", "{}", "--json"),
        ("diff", "{}/none", "{}"),
        ("lint", "--tables", "{}/none"),
        ("drift", "{}/page.md"),
        ("trace", TRICKS),
        ("trace", "GL3", "-o", "{}/x.csv"),
        ("sentences", TRICKS),
        ("draw", TRICKS),
        ("draw", "-o", "{}/picture.svg"),
        ("draw", "-o", "{}/none/picture.svg"),
        ("draw", "-o", "{}/picture" + TRICKS),
        ("recover", "{}"),
        ("recover", "{}/none"),
        ("report", "--quick", "-o", "{}/none/report.html"),
        (TRICKS,),
        ("check", f"--{TRICKS}"),
        ("check", "--cdn", TRICKS),
    ],
)
def test_what_a_terminal_obeys_is_written_out(capsys, tricky, line):
    """In names, paths, notes and cells; on both streams, as text and as JSON."""
    main([word.format(tricky) for word in line])
    out, err = capsys.readouterr()

    assert (out + err).replace("\n", "").isprintable()
