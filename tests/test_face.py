"""The face of the package: every public name is what it says it is."""

import pkgutil
import subprocess
import sys

import orosec


def test_no_public_name_is_the_name_of_a_module():
    """Else importing the module would put it in the place of what it holds."""
    modules = {one.name for one in pkgutil.iter_modules(orosec.__path__)}

    assert modules.isdisjoint(orosec.__all__)


def test_every_public_name_is_there():
    """And a name that is not says so."""
    for name in orosec.__all__:
        assert getattr(orosec, name) is not None
    assert not hasattr(orosec, "nothing_of_the_kind")


def test_importing_the_package_imports_no_library():
    """What costs time is loaded when it is asked for."""
    code = "import sys, orosec; print({'pandas', 'numpy', 'networkx'} & {*sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert run.stdout == "set()\n"
