"""Feed an oracle from a coverage-guided fuzzer, and keep what it finds.

::

    pip install atheris
    python tests/fuzz.py notation 600
    python tests/fuzz.py sets 600 rules 600 tables 600

Each oracle of `tests/helpers/oracles.py` runs for so many seconds, starting from what
``tests/corpus`` holds. Bytes that break an oracle are written to ``tests/corpus``, into
the folder of the oracle; mend the cause, and they stay as a test. Atheris is no
dependency of the project: install it into an environment of its own.
"""

import os
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def main():
    oracle, seconds, *others = sys.argv[1:]
    if os.fork() == 0:
        fuzz(oracle, seconds)
    os.wait()
    if others:
        os.execv(sys.executable, [sys.executable, __file__, *others])


def fuzz(oracle, seconds):
    import atheris

    sys.path[:0] = [str(CORPUS.parent / "helpers"), str(CORPUS.parents[1])]
    with atheris.instrument_imports(include=["orosec"]):
        from oracles import ORACLES
    grown = Path(tempfile.gettempdir()) / f"orosec-fuzz-{oracle}"
    grown.mkdir(exist_ok=True)
    seeds = CORPUS / oracle
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={seeds}/", "-timeout=20"]
    atheris.Setup([sys.argv[0], *options, str(grown), str(seeds)], ORACLES[oracle])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
