"""Copies of a page: no false alarm, and no change is missed."""

import re

import pytest
from effort import some
from hypothesis import assume, given
from hypothesis import strategies as st
from stand_in import (
    HEADINGS,
    LINES,
    SENTENCES,
    TABLES,
    bare,
    forms,
    html,
    is_heading,
    plain,
    torn,
    with_after,
    with_changed,
)

from orosec.drift.block import Block
from orosec.drift.comparison import compare
from orosec.drift.entries import entries_of
from orosec.drift.extract import blocks_of
from orosec.drift.phrases import is_label

IN_STREAMS = ("reflowed", "one line")
"""Forms in which nothing tells a heading from the sentence after it."""

SOME = ("torn", "reflowed", "Markdown", "wrapped reStructuredText", "HTML")
"""One form for each way of reading."""


def compared(text, form="txt"):
    raw = text if isinstance(text, bytes) else text.encode()
    return compare(TABLES, blocks_of(raw, "a copy", form))


def told(comparison):
    return [(change.status, change.name or change.text) for change in comparison.changes]


def in_forms(lines, without=()):
    return [form for form in forms(lines) if form[0] not in without]


@pytest.mark.parametrize(
    ("name", "raw", "form"), forms(), ids=lambda value: str(value)[:24]
)
def test_the_page_in_any_form_is_no_drift(name, raw, form):
    """However it was saved, pasted, wrapped, marked, encoded, and whatever is around it."""
    comparison = compared(raw, form)

    assert told(comparison) == [], name
    assert list(comparison.unchanged) == list(SENTENCES)
    assert comparison.absent == ()


WORDS = [
    (name, word.start(), word.end())
    for name, text in SENTENCES.items()
    for word in re.finditer(r"[\w’-]+\b(?![.] )", text)
]


@pytest.mark.parametrize(("name", "start", "end"), some(WORDS, 24))
def test_one_changed_word_is_told_of_exactly_its_sentence(name, start, end):
    """Each word of each sentence in turn, a number by its neighbour, in several forms."""
    text = SENTENCES[name]
    word = text[start:end]
    other = "Otherwise" if word[0].isupper() else "otherwise"
    other = str(int(word) + 1) if word.isdigit() else other
    lines = with_changed(name, text[:start] + other + text[end:])

    for label, raw, form in forms(lines, SOME):
        assert told(compared(raw, form)) == [("changed", name)], label


@pytest.mark.parametrize("name", some(HEADINGS, 3))
@pytest.mark.parametrize("added", some([" 2", " Cranes"], 1))
def test_a_longer_heading_is_told(name, added):
    """A number more, or a name more."""
    lines = with_changed(name, HEADINGS[name] + added)
    section = "page" if name == "title" else name

    for label, raw, form in in_forms(lines, IN_STREAMS):
        found = told(compared(raw, form))
        assert found, label
        if label in ("plain", "torn", "Markdown", "HTML"):
            assert found == [("changed", section)], label
    for _label, raw, form in forms(lines):
        assert told(compared(raw, form))


def test_a_heading_that_is_gone_is_told():
    """What stood below it now belongs to another section."""
    assert told(compared(plain(with_changed("cloudflare", None)))) == [
        ("gone", "cloudflare")
    ]


@pytest.mark.parametrize("name", some([name for name in SENTENCES if name != "B1"], 6))
def test_a_sentence_that_is_gone_is_told(name):
    """Of two equal ones, the one that is gone."""
    for label, raw, form in forms(with_changed(name, None)):
        assert told(compared(raw, form)) == [("gone", name)], label


def test_the_banner_may_be_missing():
    """The site puts it there, and the source of the page does not have it."""
    comparison = compared(plain(LINES[2:]))

    assert told(comparison) == []
    assert comparison.absent == ("B1",)


def test_a_banner_of_another_edition_is_told():
    """It is there, and says something else."""
    lines = with_changed("B1", SENTENCES["B1"].replace("3.2", "4.0"))

    assert told(compared(plain(lines))) == [("changed", "B1")]
    assert told(compared(html(lines).encode(), "html")) == [("changed", "B1")]


NEW = [
    ("GL1", "Gate 99 is open at night."),
    ("TF2", "From the gulls: by air"),
    ("TF2", "Gulls"),
    ("TF2", "Barges"),
    ("WN2", "Gate 99 is open at night."),
    ("WN2", "Gulls"),
    ("AC0", "This is no longer true:"),
]


@pytest.mark.parametrize(("after", "text"), some(NEW, 3))
def test_new_text_is_told(after, text):
    """A sentence, an item, a word; in the middle and at the end."""
    for label, raw, form in in_forms(with_after(after, ("NEW", text)), IN_STREAMS):
        assert told(compared(raw, form)) == [("new", text)], label
    for label, raw, form in forms(with_after(after, ("NEW", text))):
        assert told(compared(raw, form)), label


def test_a_new_section_is_told():
    """Its heading and its sentence, with the section before it."""
    added = (("heading", "Lamps"), ("NEW", "Lamp 99 is lit."))
    comparison = compared(plain(with_after("TF6", *added)))

    assert told(comparison) == [("new", "Lamps"), ("new", "Lamp 99 is lit.")]
    assert {change.section for change in comparison.changes} == {"traffic-rules"}


LONGER = [
    ("TF2", SENTENCES["TF2"] + " and gate 443"),
    ("AC4", "Except at night, " + SENTENCES["AC4"]),
    ("AC4", SENTENCES["AC4"].rstrip(".") + " but barges."),
    ("NS2", SENTENCES["NS2"] + " one of them is closed"),
]


@pytest.mark.parametrize(("name", "text"), LONGER)
def test_a_sentence_that_became_longer_is_changed(name, text):
    """Though its words are all there."""
    for label, raw, form in in_forms(with_changed(name, text), IN_STREAMS):
        assert told(compared(raw, form)) == [("changed", name)], label


def test_two_sentences_made_one_are_told():
    """The part that is as it was counts as unchanged, where nothing hides behind it."""
    joined = (
        "No ferry has a mooring in the inner basin or at gate 99, and the ferry pier takes"
    )
    text = torn().replace(f"{SENTENCES['GL1']}\nThe ferry pier takes", joined)

    assert told(compared(text)) == [("changed", "GL1"), ("changed", "GL3")]


def test_a_sentence_made_two_is_told():
    """Both halves belong to the sentence that was."""
    text = plain().replace("gate 80 and crates through", "gate 80. It takes crates through")
    changes = compared(text).changes

    assert [(change.status, change.name) for change in changes] == [("changed", "GL3")]
    assert "it became 2 sentences" in changes[0].note


def test_a_negation_less_is_told():
    """The shortest of words."""
    lines = with_changed("AC4", SENTENCES["AC4"].replace("does not let", "does let"))

    assert told(compared(plain(lines))) == [("changed", "AC4")]


def test_a_sentence_that_moved_is_told_with_its_new_place():
    """It may now speak of other boats."""
    lines = [line for line in LINES if line[0] != "GL1"]
    place = [kind for kind, _ in lines].index("CF3") + 1
    lines.insert(place, ("GL1", SENTENCES["GL1"]))
    (change,) = compared(plain(lines)).changes

    assert (change.status, change.name) == ("moved", "GL1")
    assert "after CF3" in change.note


def test_a_sentence_said_twice_is_told():
    """Perhaps of something else."""
    (change,) = compared(plain(with_after("CF3", ("AC4", SENTENCES["AC4"])))).changes

    assert change.status == "new"
    assert "AC4" in change.note


def test_a_list_of_headings_is_no_drift():
    """A table of contents, above the text or in it."""
    contents = tuple(("NEW", text) for text in ("On this page", "Ferries", "Barges"))

    for place in ("title", "NS2"):
        for label, raw, form in in_forms(with_after(place, *contents), IN_STREAMS):
            assert told(compared(raw, form)) == [], label


def test_what_sites_add_is_no_drift():
    """Before the title, after the text, and labels between."""
    before = "Skip to content\nDocs\nHarbour\nSearch\nGate 7 was painted last week.\n"
    after = "Was this page helpful?\nYes\nNo\n© 2025 Piers Inc.\nPrevious\nNext\n"
    text = before + plain(with_after("AC1", ("label", "Note:"))) + after

    assert told(compared(text)) == []


def test_a_part_named_like_the_site_counts_where_the_page_stands_in_it():
    """A class may lie; where a sentence of the page stands alone, text is text."""
    lines = with_after("GL1", ("NEW", "Gate 99 is open."))
    lie = html(lines).replace('<div role="main">', '<div class="sidebar">')

    assert told(compared(lie.encode(), "html")) == [("new", "Gate 99 is open.")]


def test_what_is_struck_out_is_gone():
    """It can still be read, and is no longer said."""
    text = (
        html().replace("No  ferry", "<del>No  ferry").replace("basin.\n", "basin.</del>\n")
    )

    assert told(compared(text.encode(), "html")) == [("gone", "GL1")]


def test_the_order_of_the_changes_is_that_of_the_copy():
    """So that a reader goes through it once."""
    lines = [
        (kind, text.replace("gate 80 ", "gate 81 ").replace("gate 22", "gate 23"))
        for kind, text in LINES
        if kind != "AC4"
    ]

    assert [name for _, name in told(compared(plain(lines)))] == ["GL3", "AC4", "TF2"]


WORD = st.text("abcdefgABC123", min_size=1, max_size=8)


@given(st.data())
def test_no_edit_of_the_words_is_missed(data):
    """Whatever word is put in, taken out, or put in the place of another one."""
    words = plain().split()
    place = data.draw(st.integers(0, len(words) - 1))
    start = words.index("Harbour")  # what stands above the title is of the site
    assume(place > start)
    deed = data.draw(st.sampled_from(("put in", "take out", "replace")))
    new = [] if deed == "take out" else [data.draw(WORD)]
    edited = words[:place] + new + words[place + (deed != "put in") :]
    assume(seen(edited, KINDS[place]) != seen(words, KINDS[place]))

    assert compared(" ".join(edited)).changes


KINDS = [kind for kind, text in LINES for _ in bare(text).split()]
"""Of each word, the kind of line that it stands in."""


def seen(words, kind):
    """Give what is looked at in a kind of line: no label, and no capitals of a heading."""
    if kind == "label":
        return [word for word in words if not is_label(word)]
    return [word.casefold() for word in words] if is_heading(kind) else words


def test_each_word_of_the_page_counts_but_labels():
    """Taken out in turn: it is told, unless it is of no sentence and of no heading."""
    words = plain().split()
    places = some(range(words.index("Harbour") + 1, len(words)), 40)
    untold = {
        words[k]
        for k in places
        if not compared(" ".join(words[:k] + words[k + 1 :])).changes
    }

    assert untold == {words[k] for k in places if KINDS[k] == "label"}


@given(
    st.lists(st.integers(1, 12), min_size=1), st.sampled_from(("\n", "\n\n", " \t", "\r\n"))
)
def test_no_way_to_break_lines_is_drift(lengths, between):
    """Wherever white space was, there may be other; a heading is in one line."""
    lines = []
    for kind, text in LINES:
        words = bare(text).split()
        while words:
            size = len(words) if is_heading(kind) else lengths[len(lines) % len(lengths)]
            lines.append(" ".join(words[:size]))
            words = words[size:]

    assert told(compared(between.join(lines))) == []


def test_entries_stand_in_the_order_of_the_page():
    """Headings before what they stand over."""
    names = [entry.name for entry in entries_of(TABLES)]

    assert names[:5] == ["B1", "page", "network-segmentation", "NS1", "NS2"]
    assert len(names) == len(SENTENCES) + len(HEADINGS)


def test_blocks_without_a_known_word_give_no_sentence():
    """Everything is gone then, and what is there is new."""
    comparison = compare(TABLES, [Block("Nothing of it.")])

    assert comparison.unchanged == ()
    assert {change.status for change in comparison.changes} == {"new", "gone"}
    assert bare("`x`") == "x"
