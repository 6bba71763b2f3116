"""Plain Markdown is checked; what other readers may show otherwise is told."""

import pytest

from orosec import orocloud
from orosec.prose.documents import Documentation

DOCUMENTS = Documentation(orocloud)
SIGN = "a sign in its prose may be shown otherwise than it is read: "
NOBODY = "its prose holds what nobody checks: "
FORGED = "a text looks like code or a link, and is none: "
NOWHERE = "a link leads to nowhere that we know: "
ARROW = "an arrow outside of a code span states what nobody checks: "
VERDICT = "a verdict outside of a code span is not checked: "
PROSE = {
    "![the network](network.png)": NOBODY,
    'See <IMG src="x.png">': NOBODY,
    "<!-- web is open -->": NOBODY,
    "<style>code {display: none}</style>": SIGN,
    "a <span hidden>b</span>": NOBODY,
    "&#96;web → database&#96;": SIGN,
    "\\`web\\`": SIGN,
    "$\\text{web}$": SIGN,
    "~~web~~": SIGN,
    "we\u200bb": SIGN,
    "we\u202eb": SIGN,
    "> a quote": NOBODY,
    "```\nweb → database\n```": NOBODY,
    "    web → database": NOBODY,
    "***": NOBODY,
    "*Code spans here are not facts.*": "what a notebook states in code spans are facts",
    "a ` b": FORGED,
    "see www.example.com": FORGED,
    "see ftp://example.com": FORGED,
    "[x](https://example.com)": NOWHERE,
    "[x](javascript:alert)": FORGED,
    "[x](//example.com)": NOWHERE,
    "[x](/etc/passwd)": NOWHERE,
    "[x](../docs/x.html)": NOWHERE,
    "[x](06-ddos-protection.ipynb 'title')": NOWHERE,
    "[//]: # (web is open)": "a link is defined apart from its text",
    "web → database": ARROW,
    "**web** ⇒ database": ARROW,
    "`web` → `database`": ARROW,
    "web -> database": ARROW,
    "web ⟶ database": ARROW,
    "|a|b|c|\n|-|-|-|\n|web|→|database|": ARROW,
    "web → [database](06-ddos-protection.ipynb)": ARROW,
    "DD1-delegated holds": VERDICT,
    "DD1: 7 of 7 hold": VERDICT,
    "`DD1` is\nbroken": VERDICT,
    "**DD1** is not *broken*": VERDICT,
}
PLAIN = (
    "# A heading\n\n1. one *and* **two**\n\n- `web` [x](https://doc.oroinc.com/cloud/security/)",
    "|a|\n|-|\n|`web ↛ database`|",
    "← [a](a.ipynb) · [b](../docs/prose.md) · [C1](08-x.ipynb#C1-%C2%B7-Is-it-so%3F) →",
    "`DD1-delegated beyond`, and what holds is DD1",
)


@pytest.mark.parametrize("text", PROSE)
def test_prose_that_nobody_checks_is_told(text):
    """In a notebook, on one line."""
    found = [*DOCUMENTS.unread(text)]

    assert [line for line in found if line.startswith(PROSE[text]) and "\n" not in line]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_prose_is_checked(text):
    """No false alarm."""
    assert [*DOCUMENTS.unread(text)] == []
