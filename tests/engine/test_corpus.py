"""What the fuzzer found, and seeds for it: no bytes break an oracle."""

from pathlib import Path

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from oracles import ORACLES

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_the_fuzzer_found_stays_mended(path):
    """Each file is fed to the oracle that its folder is named after."""
    ORACLES[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", ORACLES)
def test_every_oracle_has_seeds(name):
    """The fuzzer starts from something."""
    assert any(path.parent.name == name for path in FILES)


@pytest.mark.parametrize("name", ORACLES)
@examples(0.6)
@given(data=st.binary(max_size=64))
def test_random_bytes_break_no_oracle(name, data):
    """A little fuzzing with every run of the tests."""
    ORACLES[name](data)
