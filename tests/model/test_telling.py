"""What people should know of a word: where its id leads, and which values are invented."""

import re
from urllib.parse import unquote

import pytest

from orosec import orocloud
from orosec.model.telling import told_of
from orosec.results import INVENTED

WORDS = told_of(orocloud.tables)


@pytest.mark.parametrize(
    ("word", "notebook", "heading"),
    [
        (
            "GL3",
            "02-application-subnet",
            "GL3 · Only the load balancer talks to the web servers",
        ),
        ("GL3-ports", "02-application-subnet", "GL3 · "),
        ("C1", "08-open-questions", "C1 · "),
    ],
)
def test_an_id_leads_to_the_heading_that_tells_of_it(word, notebook, heading):
    """A claim leads to its sentence; spaces are hyphens, as JupyterLab writes them."""
    there, _, anchor = WORDS[word].partition("#")

    assert there == f"{notebook}.ipynb"
    assert unquote(anchor).startswith(heading.replace(" ", "-"))
    assert not re.search(r"[\s\"<>]", WORDS[word])


@pytest.mark.parametrize("row", orocloud.tables.interfaces, ids=lambda row: row.name)
def test_an_address_is_invented_unless_the_platform_has_it(row):
    """Each cell for itself, whatever the basis of its row is."""
    told = {WORDS.get(word) for word in f"{row.address} {row.public}".split()}

    assert told == ({None} if row.basis == "platform" else {INVENTED})


def test_what_is_not_said_to_be_invented_is_not_marked():
    """As in a network of somebody's own."""
    real = orocloud.with_interface_changed("web-1", address="10.10.0.99", invented="")

    assert "10.10.0.99" not in told_of(real.tables)
    assert "10.10.0.11" not in told_of(real.tables)
