"""``orosec`` itself: its help, what it loads, its errors, and how it ends."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from effort import some

import orosec
from orosec.cli.main import commands, main

ROOT = Path(orosec.__file__).parents[1]
HEAVY = {"pandas", "numpy", "graphviz", "jinja2", "lxml", "markdown_it", "pygraphviz"}
START = [sys.executable, "-m", "orosec"]
COMMANDS = commands.list_commands(click.Context(commands))
LOADED = "import sys; from orosec.cli.main import main; {}; print('LOADED', *sys.modules)"


def loaded(*arguments):
    """Return every module that a command has imported at its end."""
    code = LOADED.format(f"main({arguments!r})")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the package, and how a command runs in it."""
    ignored = shutil.ignore_patterns("*.pyc")
    shutil.copytree(ROOT / "orosec", tmp_path / "orosec", ignore=ignored)

    def run(*arguments):
        done = subprocess.run(
            [*START, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return tmp_path / "orosec", run


def listed(shown):
    """Return the commands that a help text lists."""
    return re.findall(r"^  (\w+)  +[A-Z]", shown.split("Commands:")[1], re.MULTILINE)


def in_readme():
    """Return the commands that the README's table tells of."""
    text = (ROOT / "README.md").read_text().split("## Commands")[1].split("## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|(.*)\|$", text, re.MULTILINE)
    return {name for name, *_ in rows} - {"orosec"}


def test_help_lists_every_command_and_imports_no_other_room():
    """It loads click and the modules of this room; no library, nothing that answers."""
    shown = CliRunner().invoke(commands, ["--help"]).output
    modules = loaded("--help")
    ours = {name.split(".")[1] for name in modules if name.startswith("orosec.")}

    assert listed(shown) == COMMANDS
    assert ours == {"cli", "errors"}
    assert modules.isdisjoint({*HEAVY, "networkx"})


def test_diff_imports_no_other_command():
    """And nothing that makes frames or pictures; ways need networkx."""
    modules = loaded("diff", "documented", "documented")
    ours = {name for name in modules if name.startswith("orosec.cli.")}

    assert ours == {
        f"orosec.cli.{name}" for name in ("main", "terminal", "options", "diff")
    }
    assert modules.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_has_an_example(name):
    """Its sentence, its exit status, the meaning of each parameter; the example parses."""
    shown = CliRunner().invoke(commands, [name, "--help"])
    example = re.search(r"Example:\n +orosec (.+)", shown.output)
    command, *arguments = shlex.split(example[1])
    context = commands.make_context("orosec", [name, "--help"], resilient_parsing=True)
    made = commands.get_command(context, name)

    assert made.short_help in " ".join(shown.output.split())
    assert "Exit status" in shown.output
    assert command == name
    assert made.make_context(name, arguments)
    assert all(parameter.help for parameter in made.params if parameter.name != "action")


def test_a_command_is_added_by_one_file(copy):
    """A module of its own: it is listed and run, and the README's table misses it."""
    folder, run = copy
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    (folder / "cli" / "newthing.py").write_text(
        "from orosec.cli.options import JSON, command\n"
        "@command('claims', JSON, example='--json')\n"
        "def newthing(common):\n"
        '    """Say good day.\n\n    Exit status 0.\n    """\n'
        "    common.show('Good day.', {'said': 'Good day.'})\n"
        "    return True\n"
    )
    shown = run("--help")[1]

    assert "  newthing   Say good day.\n" in shown
    assert set(listed(shown)) - in_readme() == {"newthing"}
    assert run("newthing") == (0, "Good day.\n", "")
    assert run("newthing", "--json")[1] == '{\n  "said": "Good day."\n}\n'
    assert "Did you mean 'newthing'?" in run("newthign")[2]
    assert all(path.read_bytes() == content for path, content in before.items())


def test_a_wing_that_is_missing_takes_its_own_commands_away(copy):
    """The others are listed and run."""
    folder, run = copy
    shutil.rmtree(folder / "linting")
    shutil.rmtree(folder / "whatif")

    assert set(COMMANDS) - set(listed(run("--help")[1])) == {"lint", "diff", "suggest"}
    assert run("decide", "bridge", "web", "tcp:22")[0] == 0
    assert run("lint")[0] == 2
    assert "No such command 'lint'" in run("lint")[2]


def test_what_helps_commands_is_no_command(capsys):
    """The room holds other modules, too."""
    assert main(["options"]) == main(["main"]) == 2
    assert capsys.readouterr().err.count("No such command") == 2


USAGE = [
    ([], "Missing command", "orosec"),
    (["chek"], "Did you mean 'check'?", "orosec"),
    (["--jsn"], "No such option '--jsn'", "orosec"),
    (["decide"], "Missing argument 'SOURCE'", "orosec decide"),
    (["decide", "web", "web"], "Missing argument 'SERVICE...'", "orosec decide"),
    (["decide", "web", "web", "all", "--jsno"], "'--json'", "orosec decide"),
    (["check", "--cdn", "akamai"], "'google', 'cloudflare'", "orosec check"),
    (["suggest", "permit", "web", "web", "all"], "'allow', 'deny'", "orosec suggest"),
    (["draw", "segmentation", "\x1b[31m\n\u202e"], r"\x1b[31m", "orosec draw"),
]


@pytest.mark.parametrize(("arguments", "said", "path"), USAGE)
def test_wrong_usage_is_one_plain_line_and_status_2(capsys, arguments, said, path):
    """It says what is wrong and where to look; nothing that a terminal obeys."""
    assert main(arguments) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("orosec: ")
    assert said in err
    assert err.endswith(f"; see {path} --help\n")
    assert err.removesuffix("\n").isprintable()


def test_the_version_is_told(capsys):
    """That of the package."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"orosec {orosec.__version__}\n"


def test_an_interrupt_is_one_line_and_status_130(capsys, monkeypatch):
    """Ctrl-C is no error of the program."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("orosec.decide", interrupted)

    assert main(["decide", "web", "web", "all"]) == 130
    assert capsys.readouterr().err.strip().startswith("orosec: interrupted")


ENDS_BY_CTRL_C = """
import os, runpy, signal, sys
class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Pressed())
sys.argv = ["orosec", "draw"]
runpy.run_module("orosec", run_name="__main__")
"""
"""The program, which somebody interrupts where it begins to import a module."""


@pytest.mark.parametrize("module", some(["click", "orosec.cli.draw", "networkx"], 1))
def test_an_interrupt_while_modules_are_imported_has_no_traceback(module):
    """Whatever is loaded just then, ours or not."""
    line = [sys.executable, "-c", ENDS_BY_CTRL_C.format(module=module)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr in ("", "orosec: interrupted; nothing was left half-written\n")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("orosec dr", ["draw", "drift"]),
        ("orosec check --cdn ", ["google", "cloudflare"]),
        ("orosec suggest ", ["allow", "deny"]),
        ("orosec nothing ", [*COMMANDS]),
        ("orosec flows fl", ["fl"]),
        ("orosec diff documented pro", ["pro"]),
        ("orosec drift pa", ["pa"]),
        ("orosec check --tables my", ["my"]),
        ("orosec draw -o ou", ["ou"]),
    ],
)
def test_the_shell_completes(typed, offered, capsys, monkeypatch):
    """Commands, options and the values that can stand there; names of files by itself."""
    monkeypatch.setenv("_OROSEC_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    status = main([])
    out, err = capsys.readouterr()

    assert status == 0
    assert [line.partition(",")[2] for line in out.splitlines()] == offered
    assert err == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_readme_tells_how_completion_is_switched_on(shell):
    """One line for each shell."""
    assert f"_OROSEC_COMPLETE={shell}_source orosec" in (ROOT / "README.md").read_text()


def test_the_readme_has_one_table_of_all_commands():
    """What each answers, and what 0 and 1 mean; 2, 3 and 130 mean the same for all."""
    text = (ROOT / "README.md").read_text().split("## Commands")[1].split("## ")[0]

    assert in_readme() == set(COMMANDS)
    assert all(re.search(rf"\b{status} is ", text) for status in (2, 3, 130))
