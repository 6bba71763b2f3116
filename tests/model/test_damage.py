"""Damaged folders, made by rule: each table, each kind of damage, one clear error.

A folder is judged in a process of its own, whose memory is looked at: what is damaged may
not cost more than what is good.
"""

import gzip
import multiprocessing
import os
import random
import resource
import shutil

import pytest
from effort import effort, some
from folders import read_table, write_table

from orosec.errors import TableError
from orosec.model.schema import TABLES
from orosec.model.tables import DOCUMENTED, read_tables

MOST_LINES, MOST_CHARACTERS, MOST_MEMORY, MOST_SECONDS = 80, 20_000, 200 * 2**20, 60


def content(make):
    """Return a damage that makes other bytes of the file's bytes."""

    def damage(path):
        path.write_bytes(make(path.read_bytes()))

    return damage


def lines(make):
    """Return a damage that makes other lines of the file's lines."""
    return content(lambda old: b"\n".join(make(old.split(b"\n"))))


def cell(text):
    """Return a damage that writes a text into each cell of the last row."""

    def damage(path):
        columns, rows = read_table(path.parent, path.stem)
        last = dict.fromkeys(columns, text)
        write_table(path.parent, path.stem, columns, [*rows[:-1], last])

    return damage


def instead(make):
    """Return a damage that puts something else in the place of the file."""

    def damage(path):
        path.unlink()
        make(path)

    return damage


KINDS = {
    "empty": content(lambda _: b""),
    "gone": instead(lambda path: path.with_suffix(".bak").touch()),
    "a folder": instead(lambda path: path.mkdir()),
    "a pipe": instead(os.mkfifo),
    "endless": instead(lambda path: path.symlink_to("/dev/zero")),
    "a link to itself": instead(lambda path: path.symlink_to(path)),
    "a link to nothing": instead(lambda path: path.symlink_to("nothing")),
    "too large": content(lambda old: old + b"x" * 9 * 2**20),
    "one long line": content(lambda old: old + b"x" * 7 * 2**20),
    "a million blank lines": content(lambda old: old + b"\n" * 10**6),
    "a million empty rows": content(lambda old: old + b",,,,,\n" * 10**6),
    "seven million cells": content(lambda old: old + b"," * 7 * 10**6),
    "seven million columns": content(lambda old: b"," * 7 * 10**6 + old),
    "a quote that does not end": content(lambda old: old + b'"' + b"x,\n" * 10**5),
    "no row, many quotes": content(lambda old: old + b'"",' * 10**6),
    "zeros": content(lambda _: bytes(1000)),
    "a zero": content(lambda old: old[:-9] + b"\x00" + old[-9:]),
    "latin-1": content(lambda old: old + "Zürich\n".encode("latin-1")),
    "utf-16": content(lambda old: old.decode().encode("utf-16")),
    "compressed": content(gzip.compress),
    "semicolons": content(lambda old: old.replace(b",", b";")),
    "tabs": content(lambda old: old.replace(b",", b"\t")),
    "bars": content(lambda old: old.replace(b",", b"|")),
    "sep=": content(lambda old: b"sep=,\n" + old),
    "a title": content(lambda old: b"The table\n" + old),
    "a blank row": lines(lambda old: [*old[:2], b"", *old[2:]]),
    "rows of commas": lines(lambda old: [*old, b"," * old[0].count(b",")]),
    "no header": lines(lambda old: old[1:]),
    "two headers": lines(lambda old: [old[0], *old]),
    "a column without a name": lines(lambda old: [each + b"," for each in old]),
    "other columns": lines(lambda old: [b"a,b,c,d", *old[1:]]),
    "a cell too much": lines(lambda old: [*old[:-1], old[-2] + b",x", b""]),
    "all cells too few": lines(lambda old: [old[0], *(b"x" for _ in old[1:])]),
    "a row twice": lines(lambda old: [*old[:-1], old[-2], b""]),
    "a conflict": lines(lambda old: [old[0], b"<<<<<<< HEAD", *old[1:], b">>>>>>> other"]),
    "no-break spaces": content(
        lambda old: old.replace(b" ", b"\xc2\xa0").replace(b",", b",\xc2\xa0")
    ),
    "spaces around": content(lambda old: old.replace(b",", b", ")),
    "escapes": cell("\x1b[31mred"),
    "long cells": cell("x" * 100_000),
    "built to be slow": cell("A1-" + "a-" * 40 + "!"),
    "many words": cell("tcp:1 " * 1_600 + "!"),
    "other signs": cell("\N{RIGHT-TO-LEFT OVERRIDE}x"),
    "not a number": cell("nan"),
    "formulas": cell('=HYPERLINK("x")'),
    "wrong words": lines(
        lambda old: [old[0]] + [each[:1] + b"-" + each for each in old[1:-1]] * 30
    ),
    "rows upon rows": lines(
        lambda old: (
            [*old[:-1]] + [b"n%d" % n + old[1][old[1].find(b",") :] for n in range(19_000)]
        )
    ),
}


GOOD = {
    ("exceptions", "wrong words"),  # there is none to write anew
    *((name, "rows upon rows") for name in TABLES),  # where nothing is told apart
    *((name, "gone") for name, table in TABLES.items() if table.wing),
}
"""Damages that leave a good folder."""


def cut(seed):
    """Return a damage that cuts a file off, somewhere, or changes some of its bytes."""
    chance = random.Random(seed)

    def damage(path):
        old = bytearray(path.read_bytes())
        if seed % 2:
            del old[chance.randrange(len(old)) :]
        for _ in range(0 if seed % 2 else 3):
            old[chance.randrange(len(old))] = chance.randrange(256)
        path.write_bytes(bytes(old))

    return damage


def read(folder, answer):
    """Read a folder; send what it said, and how much memory there was."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    said = ""
    try:
        read_tables(folder)
    except TableError as error:
        said = str(error)
    answer.send((said, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def judged(folder):
    """Read a folder in a process of its own; return what it said, and its memory."""
    here, there = multiprocessing.Pipe(duplex=False)
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=read, args=(folder, there))
    process.start()
    there.close()
    found = here.recv()
    process.join()
    return found


def refused(tmp_path, table, damage):
    """Damage a table in a fresh folder; return the error, empty where none is."""
    folder = shutil.copytree(DOCUMENTED, tmp_path / "tables")
    damage(folder / f"{table}.csv")
    said, memory = judged(folder)
    shutil.rmtree(folder)
    assert said.count("\n") < MOST_LINES
    assert len(said) < MOST_CHARACTERS
    assert memory < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + MOST_MEMORY
    return said


@pytest.mark.parametrize("kind", some(KINDS, 9))
def test_each_kind_of_damage_is_one_clear_error(tmp_path, kind):
    """It names the file; what happens to be a good table still is one."""
    tables = list(TABLES) if effort(0, 0, 1) else [random.Random(kind).choice(list(TABLES))]
    for table in tables:
        said = refused(tmp_path, table, KINDS[kind])
        assert (f"{table}.csv" in said) >= ((table, kind) not in GOOD), (table, kind)


def test_files_that_are_cut_off_or_changed_somewhere(tmp_path):
    """At whichever byte: a good table, or one clear error."""
    said = [
        refused(tmp_path, table, cut(seed))
        for seed in range(effort(1, 1, 30))
        for table in some(TABLES, 6)
    ]

    assert any(said)
