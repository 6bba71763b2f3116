"""``orosec trace``: what rests on what."""

from pathlib import Path

from click import Option

import orosec
from orosec.cli.options import JSON, TABLES, Common, Words, command, output, words

SENTENCES = words("sentence", "Sentences or claims; all if left out.")
MATRIX = output("A file .csv or .html, complete.")
PCI = Option(["--pci"], is_flag=True, help="Show the requirements of PCI DSS instead.")


@command("reporting", SENTENCES, MATRIX, PCI, JSON, TABLES, example="GL3")
def trace(common: Common, sentence: Words, output: Path | None, pci: bool) -> bool:
    """Trace sentences to claims, tests and PCI DSS.

    Exit status 0 where all hangs together, 1 where something hangs in the air.
    """
    from orosec.reporting.traceability import loose_ends, save

    network = common.network
    matrix = orosec.trace(*sentence, network=network)
    if output is not None:
        save(matrix, output)
    loose = [*loose_ends(network)]
    shown = orosec.compliance(network=network) if pci else matrix.sheet
    told = {"requirements": shown.records} if pci else matrix.as_dict() | {"loose": loose}
    common.show("" if output else shown, told)
    common.remark("\n".join(loose) or "nothing hangs in the air")
    return not loose
