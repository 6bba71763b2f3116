"""``orosec sentences``: the sentences of the page."""

import orosec
from orosec.cli.options import JSON, TABLES, Common, Words, command, words
from orosec.errors import UnknownNameError, did_you_mean

SENTENCES = words("sentence", "Sentences; all if left out.")


@command("claims", SENTENCES, JSON, TABLES, example="GL3 TF1")
def sentences(common: Common, sentence: Words) -> bool:
    """List the sentences of the page with verdicts.

    Each has its verdict under every CDN and reading. Exit status 0.
    """
    sheet = orosec.scoreboard(network=common.network)
    known = [row[0] for row in sheet.rows]
    for name in sentence:
        if name not in known:
            raise UnknownNameError(name, "sentence", did_you_mean(name, known))
    kept = [row for row in sheet.rows if not sentence or row[0] in sentence]
    chosen = orosec.Sheet(sheet.title, sheet.columns, kept, sheet.notes)
    common.show(chosen, {"sentences": chosen.records})
    return True
