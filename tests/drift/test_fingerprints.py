"""Fingerprints and sketches: equal for equal words, alike for like ones."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_in import SENTENCES, bare

from orosec import orocloud
from orosec.drift.fingerprints import fingerprint, likeness, normalised, sketch_of, words_of

TEXTS = [bare(text) for text in SENTENCES.values()]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("It’s “so” – here.", 'It\'s "so" - here.'),
        ("a\u00a0b\u200b c\u00ad.", "a b c."),
        ("( a\n)", "(a)"),
        ("One.Two", "One. Two"),
        ("multi-\nlevel", "multi-level"),
        ("a\ufb01x", "afix"),
        ("Heading¶", "Heading"),
    ],
)
def test_what_a_copy_may_change_changes_nothing(text, other):
    """Quotes, dashes, spaces of any kind, ligatures, permalinks."""
    assert fingerprint(text) == fingerprint(other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("port 80", "port 81"),
        ("80-443", "80, 443"),
        ("IT", "it"),
        ("a b", "ab"),
        ("1.2", "12"),
    ],
)
def test_other_words_have_other_fingerprints(text, other):
    """A number, a range for a list, a capital, a space."""
    assert fingerprint(text) != fingerprint(other)


@given(st.text(max_size=60))
def test_normalising_twice_is_normalising_once(text):
    """So that a normalised text can be compared."""
    once = normalised(text)

    assert normalised(once) == once


@given(st.lists(st.text("abcXYZ0189,.()-", min_size=1, max_size=6), max_size=12))
def test_white_space_never_counts(words):
    """Whatever stands between words."""
    assert words_of(" ".join(words)) == words_of("\n \t".join(words))


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=20))
def test_a_text_is_like_itself(words):
    """And a sketch has 128 bits."""
    sketch = sketch_of(words)

    assert likeness(sketch, sketch) == 1
    assert re.fullmatch("[0-9a-f]{32}", sketch)


@pytest.mark.parametrize("text", TEXTS)
def test_one_other_word_leaves_a_text_alike(text):
    """Enough to be paired with what it was, and more than any other text."""
    words = list(words_of(text))
    words[len(words) // 2] = "otherwise"
    own = likeness(sketch_of(words), sketch_of(words_of(text)))
    others = [t for t in TEXTS if t != text]

    assert own > 0.3
    assert all(likeness(sketch_of(words), sketch_of(words_of(t))) < own for t in others)


def test_sketches_are_the_same_everywhere():
    """Whatever the machine's order of bytes; the stored ones depend on it."""
    assert sketch_of(["No", "gate", "is", "open."]) == "0722fedddea137c9db35bb31929c0e32"


def test_no_column_of_the_register_holds_a_wording():
    """A row has fingerprint, count and sketch; each of a fixed form."""
    for row in orocloud.tables.fingerprints:
        assert re.fullmatch("[0-9a-f]{64}", row.fingerprint)
        assert re.fullmatch("[0-9a-f]{32}", row.sketch)
        assert 1 <= row.words <= 40
