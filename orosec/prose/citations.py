"""Which claims, sentences and findings a piece of the documentation names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from orosec.model.addressing import grouped
from orosec.model.rows import Tables
from orosec.values import Value

Cited: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a kind (claim, sentence, ambiguity) and an id, each once."""

JUDGING = ("prove", "check", "ambiguity")
"""What judges claims by name."""


class Citations(Value):
    """Finds in prose and code what a register holds."""

    def __init__(self, tables: Tables) -> None:
        self._sections = grouped((row.section, row.sentence) for row in tables.sentences)
        sentences = [row.sentence for row in tables.sentences]
        kin = self._kin = {name: [("sentence", name)] for name in sentences}
        for claim in tables.claims:
            pair, sentence = ("claim", claim.claim), ("sentence", claim.sentence)
            kin.setdefault(claim.sentence, [sentence]).append(pair)
            kin[claim.claim] = [pair, sentence]
        for row in tables.ambiguities:
            kin[row.ambiguity] = [("ambiguity", row.ambiguity)]
            for name in f"{row.literal} {row.operational}".split():
                kin[row.ambiguity] += kin.get(name, ())

    def in_text(self, text: str) -> Cited:
        """Return the ids that stand in *text* as words.

        >>> from orosec import orocloud
        >>> Citations(orocloud.tables).in_text("GL3: only the balancer (see C1)")
        (('sentence', 'GL3'), ('ambiguity', 'C1'))
        """
        words = (word.strip("().,:;") for word in text.split())
        known = filter(self._kin.get, words)
        return tuple(dict.fromkeys(self._kin[word][0] for word in known))

    def in_code(self, source: str) -> Cited:
        """Return what the calls of prove, check and ambiguity in *source* judge by name.

        A claim brings its sentence; a sentence, section or ambiguity brings its claims.

        >>> from orosec import orocloud
        >>> Citations(orocloud.tables).in_code("prove('CF2-out')")
        (('claim', 'CF2-out'), ('sentence', 'CF2'))
        """
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a magic of IPython, say
            return ()
        names = (name for node in ast.walk(tree) for name in self._judged_by(node))
        return tuple(
            dict.fromkeys(pair for name in names for pair in self._kin.get(name, ()))
        )

    def claims_of(self, name: str) -> list[str]:
        """Return the claims of a section, sentence or finding; others are their own."""
        names = self._sections.get(name, (name,))
        kin = [self._kin.get(word, (("claim", word),)) for word in names]
        return [word for pairs in kin for kind, word in pairs if kind == "claim"]

    def _judged_by(self, node: ast.AST) -> Iterator[str]:
        """Yield the names that a node of code hands to a call that judges."""
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in JUDGING:
            yield from map(_text, node.args)
            for keyword in node.keywords:
                if keyword.arg == "section":
                    yield from self._sections.get(_text(keyword.value), ())


def _text(value: ast.expr) -> str:
    """Return the text of a constant; of other expressions, what names nothing."""
    return str(value.value) if isinstance(value, ast.Constant) else ""
