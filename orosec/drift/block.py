"""A stretch of the text of a copy: what every way of reading makes of it."""

from __future__ import annotations

from typing import NamedTuple


class Block(NamedTuple):
    """A stretch of text that stands by itself: a paragraph, an item, a cell, a heading.

    Attributes:
        text: what it says.
        line: the line of the file where it begins; 0 where that is not known.
        heading: whether it is marked as a heading.
        around: 0 for text of the page; else the number of the part of the site around
            it in which it stands (a navigation, a footer), 1 being all outside the main
            part.
    """

    text: str
    line: int = 0
    heading: bool = False
    around: int = 0
