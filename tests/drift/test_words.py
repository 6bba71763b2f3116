"""A text as a row of words: what is known, what is left over."""

from orosec.drift.block import Block
from orosec.drift.fingerprints import fingerprint
from orosec.drift.words import Transcript, WordSpan


def transcript(*texts):
    return Transcript([Block(text) for text in texts])


def left(copy, spans=()):
    return [copy.text(piece) for piece in copy.left_over(spans)]


def test_known_words_are_found_wherever_they_stand():
    """Across blocks and within sentences."""
    copy = transcript("Once a gate", "is open. Twice a gate is open!")
    digest = fingerprint("a gate is open")

    assert [copy.text(span) for span in copy.known([4], {digest})] == ["a gate is open."]


def test_the_longer_of_two_that_overlap_stands():
    """The shorter one is a part of it."""
    copy = transcript("a b c d")
    digests = {fingerprint("a b c"), fingerprint("c d")}

    assert [copy.text(span) for span in copy.known([2, 3], digests)] == ["a b c"]


def test_what_is_left_over_is_told_by_the_sentence():
    """Not parted at abbreviations and numbers; never across blocks."""
    copy = transcript("A, e.g. B Inc. C 6.1. D? (E) f", "G")

    assert left(copy) == ["A, e.g. B Inc. C 6.1.", "D?", "(E) f", "G"]


def test_what_is_known_is_not_left_over():
    """In front, between and behind."""
    copy = transcript("a b c d e")

    assert left(copy, [WordSpan(0, 1), WordSpan(2, 3)]) == ["b", "d e"]


def test_a_mark_of_an_item_is_taken_off():
    """At the beginning of a block, and nowhere else."""
    copy = transcript("1. a", "• 2) b", "c 3. d")
    pieces = [copy.unmarked(piece) for piece in copy.left_over([])]

    assert [copy.text(piece) for piece in pieces] == ["a", "b", "c 3. d"]


def test_what_a_copy_tore_apart_is_put_together():
    """Words in brackets, a lone full stop, a hyphen."""
    copy = transcript("by a (", "winch", ").Then multi-", "level", ".")

    assert copy.words == ("by", "a", "(winch).", "Then", "multi-level.")
