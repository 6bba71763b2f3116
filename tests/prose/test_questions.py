"""Code cells ask orosec, or assert an answer; all else is told, on one line."""

import pytest

from orosec import orocloud
from orosec.prose.documents import Documentation

DOCUMENTS = Documentation(orocloud)
ODD = "is no question to orosec: "
NO_QUESTIONS = (
    "prove = print",
    "def prove(): pass",
    "class prove: pass",
    "from orosec import summary as prove",
    "from orosec import read_network",
    "from orosec.claims import verdict",
    "from os import system",
    "import os",
    "prove().__class__.as_expected = True",
    "prove.as_expected = True",
    "prove().as_expected = True",
    "orocloud += 1",
    "prove: int = 1",
    "prove = surface",
    "seven = 7\nseven = 8",
    "(prove := surface)",
    "x = lambda: 1",
    "x = [y for y in (1,)]",
    "x = 1 if orocloud else 2",
    "x = f'{orocloud}'",
    "x = y = 1",
    "x, x = 1, 2",
    "x, *y = 1, 2",
    "x[0] = 1",
    "del prove",
    "global prove",
    "with surface(): pass",
    "try: pass\nfinally: pass",
    "match orocloud:\n    case _: pass",
    "for x in (): pass",
    "if 0: surface()",
    "while 0: pass",
    "pass",
    "print(7)",
    "display(7)",
    "'7 of 7 hold'",
    "7",
    "()",
    "['7 of 7 hold'][0]",
    "{'all': 'holds'}",
    "-7",
    "told = '7 of 7 hold'\ntold",
    "told = '7 of 7 hold'\ntold.title()",
    "surface()\nsurface()",
    "surface() and 7",
    "surface() == 7",
    "orocloud.save('tables')",
    "orocloud.subnets.assign(cidr='0.0.0.0/0')",
    "orocloud.subnets.replace('10.10.0.0/24', '0.0.0.0/0')",
    "orocloud.subnets.to_csv('x')",
    "orocloud.subnets[orocloud.subnets.name]",
    "orocloud.subnets.query('@prove')",
    "orocloud.subnets.query('name.str.len() > 0')",
    "orocloud.subnets.query('name == 0', engine='python')",
    "orocloud.subnets.drop(0)",
    "orocloud.subnets.drop(index=0)",
    "orocloud.__class__",
    "orocloud._tables",
    "(prove)('DD1')('DD2')",
    "prove((lambda: 1) and 'DD1')",
    "prove(section=orocloud)",
    "prove(network=orocloud)",
    "prove(*orocloud)",
    "prove(**orocloud)",
    "ours = prove\nours('DD1')",
    "In[0]",
    "_",
    "assert surface()",
    "assert surface() is not None",
    "assert surface() != 7",
    "assert surface() == surface()",
    "assert 7 == 7",
    "assert 7 == surface()",
    "assert orocloud == orocloud",
    "assert surface() == 7 == 7",
    "assert surface() == 7 or 1",
    "assert surface() == 7, 'why'",
    "assert not surface()",
    "assert 'holds' in surface()",
    "assert (7).as_expected",
    "assert prove('DD1').unexpected",
)
QUESTIONS = (
    "from orosec import (\n    draw,\n    decide,\n)",
    "a, b = orocloud.scenario('google'), orocloud.scenario('cloudflare')\na",
    "asked = {'source': 'web'}\nends = ['a', ('b',)]\norocloud.with_rule(*ends, **asked)",
    "orocloud.rules.query(\"network == 'every' and cdn != 'x'\").drop(columns=['a', 'b'])",
    "orocloud.rules.sort_values('name').head(3)[['name']]",
    "assert surface() == orocloud.rules",
    "assert orocloud.rules == ('a', 7)",
    "check('DD1', section='ddos', cdn='google')",
)


@pytest.mark.parametrize("source", NO_QUESTIONS)
def test_code_that_is_no_question_is_told(source):
    """On one line, whatever it would do."""
    questions = DOCUMENTS.questions()
    questions.read("from orosec import check, orocloud, prove, surface")
    _, found = questions.read(source)

    assert [line for line in found if line.startswith(ODD) and "\n" not in line]


@pytest.mark.parametrize("source", QUESTIONS)
def test_a_question_is_none_of_them(source):
    """No false alarm."""
    questions = DOCUMENTS.questions()
    questions.read("from orosec import check, orocloud, surface")

    assert questions.read(source)[1] == []
