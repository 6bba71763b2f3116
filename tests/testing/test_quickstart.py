"""The quick start: what it leaves out is not loaded, and nothing that is used misses it."""

import subprocess
import sys

CODE = """
import sys, orosec.testing.quickstart
import nbformat
nbformat.validate(nbformat.v4.new_notebook())
print(sys.modules.get("rfc3987_syntax", "not asked for"))
"""


def test_a_notebook_is_checked_without_the_grammar_of_addresses():
    """It takes long to compile, and checks what no notebook here has."""
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    )

    assert done.stdout == "None\n"
