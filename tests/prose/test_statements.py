"""The notation of statements in prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orosec.errors import NotationError
from orosec.prose.statements import (
    ARROWS,
    SPELLINGS,
    CountStatement,
    FlowStatement,
    PlaceStatement,
    SizeStatement,
    WordsStatement,
    read_marker,
    read_statement,
)

CASES = [
    ("web", WordsStatement(("web",))),
    ("tcp:80 tcp:8080", WordsStatement(("tcp:80", "tcp:8080"))),
    ("a → b tcp:80", FlowStatement("→", ("a", "b"), "tcp:80")),
    ("a b ↛ c d", FlowStatement("↛", ("a b", "c d"), "")),
    ("a⇢10.0.0.0/8 icmp tcp:1-2", FlowStatement("⇢", ("a", "10.0.0.0/8"), "icmp tcp:1-2")),
    ("a ⇒ b ⇒ c tcp:22", FlowStatement("⇒", ("a", "b", "c"), "tcp:22")),
    ("a ⇒ b", FlowStatement("⇒", ("a", "b"), "")),
    ("web-1 at 10.0.0.1 10.0.0.2", PlaceStatement("web-1", ("10.0.0.1", "10.0.0.2"))),
    ("GL3: 3 of 5 hold", CountStatement(("GL3",), (3, 5), "holds")),
    ("GL3 GL4 3 of 5 broken", CountStatement(("GL3", "GL4"), (3, 5), "broken")),
    ("109 of 109 as recorded", CountStatement((), (109, 109), "as recorded")),
    ("GL3-alone holds", CountStatement(("GL3-alone",), None, "holds")),
    ("2 subnets", SizeStatement(2, "subnets")),
    ("2 wings", WordsStatement(("2", "wings"))),
    ("holds", WordsStatement(("holds",))),
    ("at", WordsStatement(("at",))),
]


@pytest.mark.parametrize(("text", "statement"), CASES)
def test_a_text_is_read_as_one_statement(text, statement):
    """Each kind has its own form; what has none of them is words."""
    assert read_statement(text)[0] == statement


@pytest.mark.parametrize(("typed", "arrow"), SPELLINGS.items())
def test_arrows_may_be_typed(typed, arrow):
    """The ASCII spelling means the same."""
    assert read_statement(f"web-1 {typed} b-2 tcp:80") == read_statement(
        f"web-1 {arrow} b-2 tcp:80"
    )
    assert read_statement(f"web-1{typed}b") == read_statement(f"web-1{arrow}b")


def test_a_marker_names_cdn_and_reading():
    """In brackets at the end, with or without a comma."""
    one = read_statement("a → b [cloudflare, literal]")[1]
    other = read_statement("a → b [literal operational]")[1]

    assert one == (("cloudflare",), ("literal",))
    assert other == ((), ("operational", "literal"))


@pytest.mark.parametrize(
    "text",
    [
        *("→", "a →", "→ b", "a → tcp:80", "a tcp:80 → b", "a → tcp:80 b", "a → b → c"),
        *("a ⇒ b → c", "a ⇒ ⇒ c", "a → b [akamai]", "a → b []", "a ⇒ tcp:22 ⇒ c"),
    ],
)
def test_what_is_begun_as_a_flow_must_be_one(text):
    """A slip is an error, never a statement of another kind."""
    with pytest.raises(NotationError):
        read_statement(text)


def test_a_heading_is_searched_for_whole_words():
    """Possessives count; longer words do not."""
    assert read_marker("Behind Google's load balancer") == (("google",), ())
    assert read_marker("From Google to Cloudflare, literal") == (
        ("google", "cloudflare"),
        ("literal",),
    )
    assert read_marker("Googled literally") == ((), ())


@given(st.text("ab →↛⇢⇒->=.:/[]0 of hold tcp", max_size=30))
def test_any_text_is_read_or_refused(text):
    """Nothing else is ever raised, and a statement with an arrow is a flow or a way."""
    try:
        statement, _ = read_statement(text)
    except NotationError:
        return
    if any(arrow in text.partition("[")[0] for arrow in ARROWS):
        assert isinstance(statement, FlowStatement)
