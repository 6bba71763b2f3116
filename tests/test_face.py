"""The face of the package: every public name is what it says it is."""

import pkgutil
import subprocess
import sys

import pytest

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


WRONG = (5, None, 3.5, b"web", ["web"], {}, object, True)
TEXTS = {
    "the source": lambda value: orosec.decide(value, "web", "all"),
    "the destination": lambda value: orosec.explain("web", value),
    "the services": lambda value: orosec.decide("web", "web", value),
    "what is allowed": lambda value: orosec.what_would_allow(value, "web", "all"),
    "what is denied": lambda value: orosec.what_would_deny("web", "web", value),
    "a reading": lambda value: orosec.orocloud.scenario("google", value),
    "a claim": orosec.check,
    "a claim to prove": orosec.prove,
    "what is traced": orosec.trace,
    "an ambiguity": orosec.ambiguity,
    "flows": orosec.decide_many,
}
NETWORKS = {
    "decide": lambda value: orosec.decide("web", "web", "all", network=value),
    "check": lambda value: orosec.check("GL3", network=value),
    "scoreboard": lambda value: orosec.scoreboard(network=value),
    "summary": lambda value: orosec.summary(network=value),
    "draw": lambda value: orosec.draw("egress", network=value),
    "lint": lambda value: orosec.lint(network=value),
    "surface": lambda value: orosec.surface(network=value),
    "trace": lambda value: orosec.trace("GL3", network=value),
    "compliance": lambda value: orosec.compliance(network=value),
    "diff": lambda value: orosec.diff(value, orosec.orocloud),
    "consequences": lambda value: orosec.consequences(orosec.orocloud, value),
    "mutate": lambda value: orosec.mutate(network=value),
    "a CDN": lambda value: orosec.decide("web", "web", "all", cdn=value),
    "a CDN of both": lambda value: orosec.lint(cdn=value),
}


@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("what", TEXTS)
def test_what_is_no_text_is_one_error_of_ours(what, value):
    """Whatever it is instead, and whatever it stands for."""
    with pytest.raises(orosec.OrosecError):
        TEXTS[what](value)


@pytest.mark.parametrize("value", [wrong for wrong in WRONG if wrong is not None], ids=repr)
@pytest.mark.parametrize("what", NETWORKS)
def test_what_is_no_network_is_one_error_of_ours(what, value):
    """Nothing at all means the documented one; all else is told."""
    with pytest.raises(orosec.OrosecError):
        NETWORKS[what](value)
