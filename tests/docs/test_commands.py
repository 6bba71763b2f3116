"""The commands that stand in the documents: each exists, and takes what it is given."""

import re
import shlex
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt

from orosec.cli.main import commands
from orosec.prose.markdown import markdown_texts

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("notebooks/*.ipynb")]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):.* ## ", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"^(\w+) \?=", MAKEFILE, re.MULTILINE)) | {"HYPOTHESIS_PROFILE"}
CONTEXT = click.Context(commands, info_name="orosec")
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (.+) \|(.*)\|$", re.MULTILINE)
TABLE = ROW.findall(README.split("## Commands")[1])[1:]


def written(page):
    """Yield each code span and each line of a block, and whether it is whole."""
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        for line in token.content.splitlines() if token.type == "fence" else ():
            yield re.split(r" {2,}|\t", line.strip())[0], True
        for part in token.children or ():
            if part.type == "code_inline":
                yield part.content, False


def asked(program):
    """Give each command that calls *program*, and whether it is whole."""
    return sorted(
        {
            (text, whole)
            for page in PAGES
            for source in markdown_texts(page)
            for text, whole in written(source)
            if text.startswith(f"{program} ")
        }
    )


def refused(words, *, whole):
    """Return what click says against the words after ``orosec``; a mention may be short."""
    name, *arguments = words
    try:
        found = commands if name.startswith("-") else commands.get_command(CONTEXT, name)
        found.make_context(name, words if found is commands else arguments)
    except click.exceptions.Exit:  # of --help
        return ""
    except click.MissingParameter as error:
        return str(error) if whole else ""
    except click.UsageError as error:
        return str(error)
    return ""


def unmade(words):
    """Return the words after ``make`` that are no target and no variable of it."""
    named = [word for word in words if "=" not in word]
    given = [word.partition("=")[0] for word in words if "=" in word]
    return [*({*named} - TARGETS), *({*given} - VARIABLES)]


@pytest.mark.parametrize(("line", "whole"), asked("orosec"))
def test_a_command_is_one_that_orosec_takes(line, whole):
    """Its name, its options, and as many arguments as it needs."""
    assert refused(shlex.split(line, comments=True)[1:], whole=whole) == ""


@pytest.mark.parametrize("line", sorted(dict(asked("make"))))
def test_what_is_made_stands_in_the_makefile(line):
    """Its targets, and what is set for them."""
    assert unmade(shlex.split(line.partition("||")[0], comments=True)[1:]) == []


@pytest.mark.parametrize("line", sorted(dict(asked("python"))))
def test_a_script_that_is_run_is_there(line):
    """From the root of the checkout."""
    scripts = [word for word in line.split() if word.endswith(".py")]

    assert [word for word in scripts if not (ROOT / word).is_file()] == []


def test_commands_are_found():
    """A reader of pages that finds none would find no fault."""
    assert len(asked("orosec")) >= 12
    assert len(asked("make")) >= 12
    assert asked("python") != []


def test_mistakes_in_commands_are_seen():
    """A name, an option, an argument too much or too few; a target, a variable."""
    faults = ("chek", "check --table x", "diff a b c", "draw -x", "decide a")
    found = {fault: refused(fault.split(), whole=True) for fault in faults}

    assert [fault for fault, said in found.items() if not said] == []
    assert unmade(["tset", "test", "ARG=1", "ARGS=1"]) == ["tset", "ARG"]


def test_the_table_in_the_readme_lists_every_command_with_its_status():
    """Once each; a status 1 stands there where the command's help tells of one."""
    listed = commands.list_commands(CONTEXT)
    told = {}
    for name in listed:
        about = commands.get_command(CONTEXT, name).help.partition("Exit status")[2]
        status = set(re.findall(r"\b[01]\b", about.partition("\n\n")[0]))
        told[name] = ["0" in status, "1" in status]

    assert sorted(name for name, *_ in TABLE) == sorted(listed)
    assert {name: [bool(cell.strip()) for cell in row] for name, *row in TABLE} == told


def test_continuous_integration_makes_what_is_said():
    """CONTRIBUTING names each target that ``.ci/run`` makes."""
    first = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n\n")[2]
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    made = set(re.findall(r"^make ([a-z-]+)", run, re.MULTILINE))

    assert made == set(re.findall(r"`make ([a-z-]+)`", first))
