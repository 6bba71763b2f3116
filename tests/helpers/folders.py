"""Edit the CSV files of a folder, cell by cell: also to what no table can hold.

A network is edited by its own names and saved (``orocloud.with_rule(...).save(folder)``);
these are for cells that it would refuse, and for files that somebody else wrote.
"""

import csv

from orosec.model.schema import TABLES
from orosec.model.tables import table_bytes


def written(network, folder):
    """Write a network into a folder, whatever is there; the wing `saving` looks first."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        rows = getattr(network.tables, name)
        (folder / f"{name}.csv").write_bytes(table_bytes(name, rows))
    return folder


def read_table(folder, table):
    """Return the columns of a table, and its rows as dictionaries of cells."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        return list(reader.fieldnames), list(reader)


def write_table(folder, table, columns, rows):
    """Write a table as it is read; *rows* are dictionaries of cells."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def set_cells(folder, table, row, **cells):
    """Write something else into the row of that name, which stands in the first column."""
    columns, rows = read_table(folder, table)
    (found,) = (one for one in rows if one[columns[0]] == row)
    assert cells.keys() <= found.keys()
    assert cells.items() - found.items(), f"{row} has these cells already"
    found.update(cells)
    write_table(folder, table, columns, rows)
    return folder


def add_row(folder, table, **cells):
    """Write one more row at the end; cells that are not named are empty."""
    columns, rows = read_table(folder, table)
    write_table(folder, table, columns, [*rows, cells])
    return folder


def drop_rows(folder, table, *names):
    """Take away the rows of these names."""
    columns, rows = read_table(folder, table)
    kept = [one for one in rows if one[columns[0]] not in names]
    assert len(kept) == len(rows) - len(names)
    write_table(folder, table, columns, kept)
    return folder


def rename_columns(folder, table, **names):
    """Give columns other names; what stands below them stays."""
    columns, rows = read_table(folder, table)
    assert names.keys() <= {*columns}
    renamed = [{names.get(column, column): one[column] for column in one} for one in rows]
    write_table(folder, table, [names.get(one, one) for one in columns], renamed)
    return folder


def add_line(folder, table, *cells):
    """Write one more line of so many cells, whatever the table's columns are."""
    with (folder / f"{table}.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow(cells)
    return folder
