"""How much of what the notebooks say is checked: a hundred sentences, one mistake in each.

A sentence (see `glosses`) states a fact where outside of its code spans and of where its
links lead there stands a number, a protocol, a name of the network, a word of a verdict or
a negation. One of these is drawn, its kind first, and changed: a number is one more; a
name, protocol or verdict is another one; a negation is gone, or a verb gets one more.
Whether anything turns red is asked of what tests of notebooks ask: code spans, what stands
outside of them, ids in links, and glosses. Nothing here knows which mistakes are seen.

By hand, with another seed: ``PYTHONPATH=. python tests/helpers/sample.py 7``, which tells
what is unseen.
"""

import random
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

from glosses import NOTEBOOKS, Sentence, hidden, read, sentences, wrong
from wordings import COUNTS, NEGATION, PHRASES

from orosec import orocloud
from orosec.model.telling import told_of
from orosec.prose.documents import Documentation
from orosec.prose.markdown import code_spans

DOCUMENTS = Documentation(orocloud)
LEADS = told_of(orocloud.tables)
HOSTS = (
    "load balancer,web servers,job nodes,database,bridge,VPN gateway,NAT node,customer IT"
)
OTHERS = {
    "protocol": "SSH,HTTPS,OpenVPN,ICMP,UDP,TCP".split(","),
    "name": HOSTS.split(","),
    "verdict": "holds,broken,permitted,denied".split(","),
}
VERDICTS = (
    "holds? broken breaks? vacuous beyond permitted denied contradicts? contradicted kept"
)
STATING = r"\b(?:is|are|has|have|may|can|reach(?:es)?|connects?|opens?|answers?|takes?)\b"
RULES = {
    "number": rf"(?<![\w.-])\d+(?![\w.]*\w)|\b(?i:{'|'.join(COUNTS)})\b",
    "protocol": r"\b(?:SSH2?|HTTPS?|ICMP|OpenVPN|WebSocket|UDP|TCP|SFTP)\b",
    "name": rf"\b(?i:{'|'.join(PHRASES)})\b",
    "verdict": rf"\b(?i:{VERDICTS.replace(' ', '|')})\b",
    "negation": f"(?i:{NEGATION})",
}


class Mistake(NamedTuple):
    """A sentence of a notebook with another text from *start* to *end*."""

    notebook: Path
    sentence: Sentence
    kind: str
    start: int
    end: int
    text: str

    def __str__(self):
        text = self.sentence.text
        shown = re.sub(r"\]\([^)]*\)", "]", text).strip()
        old = text[self.start : self.end]
        return f"{self.notebook.stem[:2]} {self.kind}: {old!r} -> {self.text!r} in {shown}"


def mistakes(notebook, sentence):
    """Yield every mistake in what a sentence states."""
    plain = hidden(sentence.text)
    hits = {kind: [*re.finditer(rule, plain)] for kind, rule in RULES.items()}
    for kind, found in hits.items():
        for one in found:
            for new in instead(kind, one[0]):
                yield Mistake(notebook, sentence, kind, *one.span(), new)
    if any(hits.values()) and not hits["negation"]:
        for one in re.finditer(STATING, plain):
            new = f"{one[0]} never"
            yield Mistake(notebook, sentence, "one more negation", *one.span(), new)


def instead(kind, word):
    """Return what may stand in place of a word."""
    if kind == "negation":
        return [""]
    if kind == "number" and word.lower() in COUNTS:
        return [(COUNTS * 2)[COUNTS.index(word.lower()) + 1]]
    if kind == "number":
        return [str(int(word) + 1)]
    return [one for one in OTHERS[kind] if word.lower() not in one.lower()]


def stating():
    """Give the mistakes in each sentence that states a fact."""
    every = [
        [*mistakes(notebook, one)]
        for notebook in NOTEBOOKS
        for one in sentences(read(notebook))
    ]
    return [found for found in every if found]


def drawn(seed, number=100):
    """Return one mistake in each of so many sentences."""
    dice, picked = random.Random(seed), []
    for found in dice.sample(stating(), number):
        kind = dice.choice(sorted({one.kind for one in found}))
        picked.append(dice.choice([one for one in found if one.kind == kind]))
    return picked


@cache
def judged(span):
    return DOCUMENTS.judge(span).true


def alarms(notebook, cells):
    """Return what is red in a notebook."""
    texts = [text for kind, text in cells if kind == "markdown"]
    found = [span.text for span in code_spans(texts) if not (span.exempt or judged(span))]
    for text in texts:
        found += DOCUMENTS.unread(text)
        links = re.findall(r"\[([^]]*)\]\(([^)]*)\)", text)
        found += [shown for shown, there in links if LEADS.get(shown, there) != there]
    return [*found, *wrong(notebook.stem, cells)]


def seen(one):
    """Return whether a mistake turns anything red."""
    cells = [*read(one.notebook)]
    kind, text = cells[one.sentence.cell]
    first = one.sentence.start
    changed = text[: first + one.start] + one.text + text[first + one.end :]
    cells[one.sentence.cell] = (kind, changed)
    return alarms(one.notebook, cells) != []


if __name__ == "__main__":
    picked = drawn(int(sys.argv[1]))
    unseen = [one for one in picked if not seen(one)]
    kinds = [dict(Counter(one.kind for one in found)) for found in (picked, unseen)]
    told = [f"checked: {len(picked) - len(unseen)} of {len(picked)}", *kinds, *unseen]
    sys.stdout.write("".join(f"{line}\n" for line in told))
