"""Edits of any table at random, and what differs between two folders, read as text."""

import csv

from hypothesis import strategies as st

from orosec.model.schema import TABLES

KINDS = ("word", "as another", "gone", "new", "order")
"""What an edit does: write a cell of its own or of another row, take a row, copy one."""


def edit(table, number, column, word, kind):
    """Return a step from one network to another; it may be refused."""

    def step(network):
        rows = getattr(network.tables, table)
        row = rows[number % len(rows)]
        name = row._fields[column % len(row)]
        cell = word if kind == "word" else getattr(rows[column * 7 % len(rows)], name)
        edited = {
            "gone": [each for each in rows if each != row],
            "new": [*rows, row._replace(**{row._fields[0]: f"{row[0]}x"})],
            "order": [*rows[1:], rows[0]],
        }
        written = [row._replace(**{name: cell}) if each == row else each for each in rows]
        return network.with_tables(**{table: edited.get(kind, written)})

    return step


edits = st.builds(
    edit,
    st.one_of(
        st.sampled_from(["claims", "exceptions", "rules"]), st.sampled_from([*TABLES])
    ),
    st.integers(0, 60),
    st.integers(0, 12),
    st.sampled_from(["x", "tcp:22", "internet", "google", "both", "5", ""]),
    st.sampled_from(KINDS),
)


def differences(folder, other):
    """Yield what differs between the files: table, row (none for the order) and kind."""
    for path in sorted(folder.glob("*.csv")):
        was, now = (
            {row[0]: row for row in csv.reader(each.read_text("utf-8").splitlines())}
            for each in (path, other / path.name)
        )
        for name in {**was, **now}:
            if was.get(name) != now.get(name):
                kind = "gone" if name not in now else "cells" if name in was else "new"
                yield path.stem, name, kind
        if [each for each in was if each in now] != [each for each in now if each in was]:
            yield path.stem, "", "order"
