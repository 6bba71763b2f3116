"""Which claims, sentences and findings a piece of the documentation names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from orosec.model.rows import Tables
from orosec.values import Value

Cited: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a kind (claim, sentence, finding) and an id, each once."""


class Citations(Value):
    """Finds in prose and code what a register holds."""

    def __init__(self, tables: Tables) -> None:
        self._claims = {row.claim: row for row in tables.claims}
        self._ambiguities = {row.ambiguity: row for row in tables.ambiguities}
        self._sections: dict[str, list[str]] = {}
        for sentence in tables.sentences:
            self._sections.setdefault(sentence.section, []).append(sentence.sentence)
        self._claims_of: dict[str, list[str]] = {}
        for sentence in tables.sentences:
            self._claims_of[sentence.sentence] = []
        for claim in tables.claims:
            self._claims_of.setdefault(claim.sentence, []).append(claim.claim)

    def in_text(self, text: str) -> Cited:
        """Return the ids that stand in *text* as words.

        >>> from orosec import orocloud
        >>> Citations(orocloud.tables).in_text("GL3: only the balancer (see C1)")
        (('sentence', 'GL3'), ('ambiguity', 'C1'))
        """
        words = (word.strip("().,:;") for word in text.split())
        pairs = ((self._kind(word), word) for word in words)
        return tuple(dict.fromkeys(pair for pair in pairs if pair[0]))

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
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        return tuple(dict.fromkeys(pair for call in calls for pair in self._called(call)))

    def _kind(self, word: str) -> str:
        if word in self._claims:
            return "claim"
        if word in self._claims_of:
            return "sentence"
        return "ambiguity" if word in self._ambiguities else ""

    def _called(self, call: ast.Call) -> Iterator[tuple[str, str]]:
        if ast.unparse(call.func).rpartition(".")[2] not in ("prove", "check", "ambiguity"):
            return
        for value in call.args:
            yield from self._with_kin(_text(value))
        for keyword in call.keywords:
            if keyword.arg == "section":
                for sentence in self._sections.get(_text(keyword.value), ()):
                    yield from self._with_kin(sentence)

    def _with_kin(self, name: str) -> Iterator[tuple[str, str]]:
        kind = self._kind(name)
        if kind:
            yield kind, name
        if kind == "claim":
            yield "sentence", self._claims[name].sentence
        for claim in self._claims_of.get(name, ()):
            yield "claim", claim
        if kind == "ambiguity":
            row = self._ambiguities[name]
            for claim in (*row.literal.split(), *row.operational.split()):
                yield from self._with_kin(claim)


def _text(value: ast.expr) -> str:
    """Return the text of a constant; empty where it is none."""
    constant = value.value if isinstance(value, ast.Constant) else ""
    return constant if isinstance(constant, str) else ""
