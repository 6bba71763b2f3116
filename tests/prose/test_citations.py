"""Citations: what prose and code name of the register."""

import pytest

from orosec import orocloud
from orosec.prose.citations import Citations

CITATIONS = Citations(orocloud.tables)


def ids(pairs):
    return [one for _, one in pairs]


def test_a_text_cites_the_ids_that_stand_in_it():
    """As whole words, with or without punctuation; nothing that only looks like one."""
    text = "GL3: see (C1), GL3-alone, XGL3 and GL99; again GL3."

    assert CITATIONS.in_text(text) == (
        ("sentence", "GL3"),
        ("ambiguity", "C1"),
        ("claim", "GL3-alone"),
    )


CASES = [
    ("prove('CF2-out')", ["CF2-out", "CF2"]),
    ("prove('AS1', 'AC3-one')", ["AS1", "AS1-data", "AC3-one", "AC3"]),
    ("assert check('AS1').as_expected", ["AS1", "AS1-data"]),
    ("orosec.prove('AS1', network=proposal)", ["AS1", "AS1-data"]),
    ("prove(section='application-subnet')", ["AS1", "AS1-data", "AS2", "AS2-one-cdn"]),
    ("ambiguity('C13')", ["C13", "MD1-words", "MD1", "MD1-lives"]),
    ("ambiguity('C12')", ["C12"]),
    ("prove()", []),
    ("orocloud.rules.query('GL3')", []),
    ("prove(name, 3, section=other)", []),
    ("%matplotlib inline", []),
    ("", []),
]


@pytest.mark.parametrize(("source", "names"), CASES)
def test_code_cites_what_it_judges_by_name(source, names):
    """A claim with its sentence, a sentence with its claims, a section with both."""
    assert ids(CITATIONS.in_code(source)) == names
