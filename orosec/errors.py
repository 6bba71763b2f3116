"""Everything that orosec raises on purpose.

::

    OrosecError                     never raised itself
    ├── TableError    (ValueError)     tables, or an edit of them, that cannot be used
    ├── NotationError (ValueError)     a text that is no address, range or service
    ├── UnknownNameError (LookupError) a name that the tables do not hold
    ├── PageError     (ValueError)     a copy of the page that cannot be read
    ├── OutputError   (OSError)        a file that could not be written
    ├── NoAnswer                       the input is good, and yet there is no answer
    │   ├── BudgetError (RuntimeError)   an exact answer that would be too large
    │   └── NoRenderer                   nothing on this machine draws (`diagrams.render`)
    └── BrokenPromise (AssertionError) a claim whose verdict is not the recorded one

The command line turns all but the last into one message, and exit status 3 for a
`NoAnswer`, else 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

_MOST_KINDS, _MOST_ALIKE = 36, 3


class OrosecError(Exception):
    """Base of all errors of this package; catch it, never raise it."""


class Fault(NamedTuple):
    """One thing wrong in one cell (or one whole file) of a folder of tables.

    Attributes:
        file: name of the CSV file, without its folder.
        row: number of the data row, the first below the header being 1; 0 for
            the header and for the file as a whole.
        column: name of the column; empty where the fault is not in one cell.
        value: the text that stands there.
        problem: what is wrong with it.
        hint: what to write instead.
    """

    file: str
    row: int
    column: str
    value: str
    problem: str
    hint: str

    def __str__(self) -> str:
        row = f" row {self.row} (line {self.row + 1})" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        value = f" {shown(self.value)}" if self.value or self.column else ""
        return f"{self.file}{row}{column}:{value} {self.problem}; {self.hint}"


class TableError(OrosecError, ValueError):
    """A folder of tables, an edit of them, or a table of flows was refused, whole.

    Attributes:
        faults: every fault found, in the order of files and rows.
    """

    def __init__(
        self, faults: Iterable[Fault], refused: str = "the tables cannot be used"
    ) -> None:
        self.faults = tuple(faults)
        head = counted(len(self.faults), "fault")
        lines = "\n".join(f"  {line}" for line in _told(self.faults))
        super().__init__(f"{refused}, {head}:\n{lines}")


def _told(faults: Iterable[Fault]) -> Iterator[str]:
    """Tell the first faults of each kind and count the others, in some dozens of lines."""
    kinds: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.file, fault.problem), []).append(fault)
    each = _MOST_ALIKE if len(kinds) * _MOST_ALIKE <= _MOST_KINDS else 1
    for kind in [*kinds.values()][:_MOST_KINDS]:
        yield from map(str, kind[:each])
        if more := kind[each:]:
            yield f"and {len(more)} more in {more[0].file} that it {more[0].problem}"
    if more := [fault for kind in [*kinds.values()][_MOST_KINDS:] for fault in kind]:
        files = ", ".join(dict.fromkeys(fault.file for fault in more))
        yield f"and {len(more)} more of other kinds, in {files}"


class NotationError(OrosecError, ValueError):
    """A text is not in the notation that its place asks for.

    Attributes:
        text: the text.
        problem: what is wrong with it.
        hint: what would be right.
    """

    def __init__(self, text: str, problem: str, hint: str) -> None:
        self.text, self.problem, self.hint = text, problem, hint
        super().__init__(f"{shown(text)} {problem}; {hint}")


class UnknownNameError(OrosecError, LookupError):
    """A name stands for nothing here.

    Attributes:
        name: the name.
        hint: close matches, or where the name does exist.
    """

    def __init__(self, name: str, what: str, hint: str) -> None:
        self.name, self.hint = name, hint
        super().__init__(f"{shown(name)} is no {what}; {hint}")


class PageError(OrosecError, ValueError):
    """A copy of the page cannot be read, or is built to be hard to read.

    Attributes:
        name: where it came from.
        problem: what is wrong with it.
        hint: what to do instead.
    """

    def __init__(self, name: str, problem: str, hint: str) -> None:
        self.name, self.problem, self.hint = name, problem, hint
        super().__init__(f"{shown(name)} {problem}; {hint}")


class OutputError(OrosecError, OSError):
    """A file could not be written; what stood there before still stands."""


class NoAnswer(OrosecError):
    """The input is good, and yet this cannot be said: too large, or not on this machine."""


class BudgetError(NoAnswer, RuntimeError):
    """An exact answer would need more memory than a question may have; there is none.

    Attributes:
        intervals: how many intervals the question was allowed to write.
    """

    def __init__(self, intervals: int) -> None:
        self.intervals = intervals
        super().__init__(
            f"the exact answer needs more than {intervals} intervals, which is the budget "
            "of one question; ask about fewer addresses, services or rules at a time, or "
            "allow more with orosec.engine.decision_diagram.budget"
        )


class BrokenPromise(OrosecError, AssertionError):
    """A claim's verdict is not the one that the register stands by."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in a notebook: the frames say nothing more."""
        return str(self).splitlines()


def text_only(*values: object) -> None:
    """Refuse what is no text where text is asked for.

    Raises:
        NotationError: a value is no text.
    """
    for value in values:
        if not isinstance(value, str):
            raise NotationError(str(value), "is no text", "write it in quotes")


_MOST_NAMES, _MOST_GUESSED = 80, 2_000


def shown(value: str, width: int = 60) -> str:
    r"""Quote *value* for a message: printable, on one line, never longer than *width*.

    >>> shown("a\nb")
    "'a\\nb'"
    """
    text = repr(value)
    return text if len(text) <= width else text[: width - 4] + "...'"


def counted(count: int, noun: str) -> str:
    """Write a number of things.

    >>> counted(1, "fault"), counted(2, "fault")
    ('1 fault', '2 faults')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def did_you_mean(name: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """Say which *known* names are close to *name*; else list them, or say *otherwise*.

    >>> did_you_mean("wbe", ["web", "jobs"])
    "did you mean 'web'?"
    """
    name = str(name)
    names = {word.lower(): word for word in sorted(set(known)) if word}
    few = len(names) <= _MOST_GUESSED and len(name) <= _MOST_NAMES
    close = get_close_matches(name.lower(), names, n=3, cutoff=0.6) if few else []
    if close:
        return "did you mean " + " or ".join(shown(names[word]) for word in close) + "?"
    if otherwise is not None:
        return otherwise
    plain = [word if shown(word) == f"'{word}'" else shown(word) for word in names.values()]
    more = f" and {len(plain) - _MOST_NAMES} more" if len(plain) > _MOST_NAMES else ""
    return "known: " + " ".join(plain[:_MOST_NAMES]) + more
