"""The network: one value that nothing changes."""

import copy
import pickle

import pytest
from folders import written

from orosec import check, orocloud, read_network
from orosec.errors import TableError, UnknownNameError
from orosec.model.network import PROPOSAL, Network, documented
from orosec.model.schema import CDNS, READINGS, TABLES


@pytest.mark.parametrize("name", TABLES)
def test_a_frame_is_a_copy(name):
    """Whatever is done to a frame, the network stays as it is."""
    frame = getattr(orocloud, name)
    before = frame.copy()
    frame.iloc[:, 0] = "other"
    frame["more"] = "other"

    assert not frame.equals(before)
    assert getattr(orocloud, name).equals(before)


def test_a_network_does_not_change():
    """No attribute can be set, and a row refuses to be altered."""
    with pytest.raises(AttributeError):
        orocloud.tables = None
    with pytest.raises(AttributeError):
        orocloud.tables.rules[0].action = "deny"


def test_a_saved_network_reads_back_equal(tmp_path):
    """Equality is that of the tables."""
    again = read_network(written(orocloud, tmp_path / "made" / "here"))

    assert again == orocloud
    assert hash(again) == hash(orocloud)
    assert again != Network(orocloud.tables.replaced(rules=()))


@pytest.mark.parametrize(("cdn", "reading"), [("gogle", "literal"), ("google", "litral")])
def test_a_misspelt_variant_gets_a_close_match(cdn, reading):
    """CDN and reading are names like others."""
    with pytest.raises(UnknownNameError, match="did you mean"):
        orocloud.scenario(cdn, reading)


PLAN = {
    "10.10.0.": "172.20.9.",
    "10.20.0.": "192.168.77.",
    "203.0.113.": "198.51.100.",
    "198.51.100.": "192.0.2.",
    "192.0.2.": "203.0.113.",
}


def renumbered(text):
    """Write our addresses anew; Google's and Cloudflare's are facts and stay."""
    for old, new in PLAN.items():
        if str(text).startswith(old):
            return new + text.removeprefix(old)
    return text


def test_no_verdict_depends_on_the_addresses_that_we_chose():
    """Every one of our addresses is changed; every verdict stays."""
    tables = orocloud.tables
    changed = {
        name: tuple(
            row._replace(
                **{
                    column: renumbered(getattr(row, column))
                    for column in ("cidr", "address", "public")
                    if column in row._fields
                }
            )
            for row in getattr(tables, name)
        )
        for name in ("subnets", "interfaces", "routes")
    }
    other = Network(tables.replaced(**changed))
    verdicts = [[one.verdict for one in check(network=one)] for one in (orocloud, other)]

    assert other != orocloud
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize("cdn", CDNS)
@pytest.mark.parametrize("reading", READINGS)
def test_levels_are_nested(cdn, reading):
    """What is served is permitted, and what is permitted exists."""
    scenario = orocloud.scenario(cdn, reading)

    assert scenario.served <= scenario.permitted
    assert not scenario.served.empty


def test_a_deployment_is_shared_and_a_copy_is_equal():
    """The same question gets the same object; a copied network equals the first."""
    assert orocloud.scenario() is orocloud.scenario("google", "operational")
    assert copy.copy(orocloud) is copy.deepcopy(orocloud) is orocloud
    assert pickle.loads(pickle.dumps(orocloud)) == orocloud


def test_a_variable_names_other_tables_than_the_documented_ones(tmp_path, monkeypatch):
    """All of the documentation runs on them; unset or empty, it changes nothing."""
    folder = written(orocloud.without_rule("nat-accepts-nothing"), tmp_path / "proposal")
    monkeypatch.setenv(PROPOSAL, "")
    before = documented()
    monkeypatch.setenv(PROPOSAL, str(folder))

    assert before == orocloud
    assert documented() == read_network(folder) != orocloud
    assert documented() is documented()


def test_other_tables_that_cannot_be_used_are_one_error(tmp_path, monkeypatch):
    """The same as for any folder."""
    monkeypatch.setenv(PROPOSAL, str(tmp_path / "none"))

    with pytest.raises(TableError, match="is no folder"):
        documented()


def test_an_edited_folder_is_read_again(tmp_path, monkeypatch):
    """The folder that stands for the documented tables, edited while a process runs."""
    monkeypatch.setenv(PROPOSAL, str(tmp_path))
    written(orocloud, tmp_path)
    before = documented()
    written(orocloud.without_rule("nat-accepts-nothing"), tmp_path)

    assert before == orocloud
    assert documented() == orocloud.without_rule("nat-accepts-nothing")


def test_two_folders_of_one_name_are_two(tmp_path, monkeypatch):
    """A relative name means the folder that it names here."""
    monkeypatch.setenv(PROPOSAL, "tables")
    found = []
    for place, network in (
        ("a", orocloud),
        ("b", orocloud.without_rule("application-out")),
    ):
        written(network, tmp_path / place / "tables")
        monkeypatch.chdir(tmp_path / place)
        found.append(documented() == network)

    assert found == [True, True]
