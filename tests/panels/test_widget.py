"""The panel without a browser: what is asked of it, what it shows, what it survives."""

import json

import pytest
from effort import examples, some
from folders import read_table, write_table
from hypothesis import given
from hypothesis import strategies as st

from orosec import UnknownNameError, check, consequences, orocloud, panel, read_network
from orosec.model.tables import DOCUMENTED

RULE = "bridge-to-application"
SHORTCUT = {
    "name": "gateway-to-database",
    "action": "allow",
    "source": "vpn-gateway",
    "destination": "database",
    "services": "tcp:5432",
}
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</td>",
    '"><script>',
    "${x}",
    "\x00",
    "a" * 9000,
]


def ask(made, act, **more):
    """Ask as the browser does, by a message to the kernel; return what is shown then."""
    data = {"method": "custom", "content": {"do": act, **more}}
    made.comm.handle_msg({"content": {"data": data}, "buffers": []})
    return made.shown


def rows(shown):
    return {row["name"]: row for group in shown["groups"] for row in group["rows"]}


def test_what_is_shown_follows_each_edit():
    """Rules, promises, difference, picture and code, all of the same proposal."""
    made = panel()
    shown = ask(made, "add", cells=SHORTCUT)
    proposal = orocloud.with_rule(**SHORTCUT)

    assert made.proposal == proposal
    assert rows(shown)["gateway-to-database"]["new"]
    sheet = consequences(orocloud, proposal).sheet
    assert shown["consequences"]["rows"] == sheet.rows
    assert "opened by the change" in "\n".join(shown["words"])
    assert "with_rule(" in shown["code"]
    assert shown["summary"] == "Rules: 1 added."


def test_undo_redo_and_reset_are_steps_in_one_line():
    """Even a reset is undone."""
    made = panel()
    ask(made, "add", cells=SHORTCUT)
    ask(made, "remove", rule=RULE)
    proposal = made.proposal
    ask(made, "reset")
    assert made.proposal == orocloud
    ask(made, "undo")
    assert made.proposal == proposal
    shown = ask(made, "undo")
    assert shown["can"] == {"undo": True, "redo": True}
    ask(made, "redo")
    assert made.proposal == proposal


def test_choosing_a_variant_is_no_edit():
    """Rules of the other one are left out, those of the proposal stay."""
    made = panel()
    ask(made, "set", rule="load-balancer-to-web", column="priority", text="900")
    shown = ask(made, "look", cdn="cloudflare", reading="literal")

    assert "vpn-from-internet" not in rows(shown)
    assert "tunnel-to-web" in rows(shown)
    assert not rows(shown)["load-balancer-to-web"]["holds"]
    assert ask(made, "undo")["cdn"] == "cloudflare"


def test_a_new_rule_that_is_refused_is_marked_cell_by_cell():
    """The form keeps its text, as nothing is written into it."""
    made = panel()
    made.form = {"name": "x"}
    shown = ask(made, "add", cells={"name": "Ω", "action": "allow", "services": "ssh"})

    assert set(shown["marks"]) >= {"name", "source", "destination", "services"}
    assert made.form == {"name": "x"}
    assert made.proposal == orocloud


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "column", some(["name", "source", "services", "priority", "rationale"], 2)
)
def test_hostile_text_is_kept_as_text(text, column):
    """Taken where the tables take it, else refused; shown as it is; drawn as nothing."""
    made = panel()
    shown = ask(made, "set", rule=RULE, column=column, text=text)
    row = rows(shown).get(text) or rows(shown)[RULE]

    assert row["cells"][column]["text"] == text
    assert "<script" not in shown["picture"]
    json.dumps(shown)


columns = st.sampled_from(("name", "source", "services", "priority", "cdn", "zzz"))
texts = st.one_of(st.text(max_size=5), st.sampled_from(("web", "both", "tcp:1", "7")))
wishes = st.lists(
    st.one_of(
        st.builds(
            lambda rule, column, text: (
                "set",
                {"rule": rule, "column": column, "text": text},
            ),
            st.sampled_from((RULE, "web-in", "nobody")),
            columns,
            texts,
        ),
        st.tuples(
            st.just("add"),
            st.builds(lambda cells: {"cells": cells}, st.dictionaries(columns, texts)),
        ),
        st.tuples(st.sampled_from(("undo", "redo", "reset")), st.just({})),
        st.tuples(
            st.just("remove"),
            st.builds(lambda rule: {"rule": rule}, st.sampled_from((RULE, "nobody"))),
        ),
        st.tuples(
            st.just("move"),
            st.builds(
                lambda rule, up: {"rule": rule, "up": up},
                st.sampled_from((RULE, "x")),
                st.booleans(),
            ),
        ),
        st.tuples(
            st.just("look"),
            st.sampled_from(
                (
                    {"cdn": "aws", "reading": "literal"},
                    {"cdn": "google", "reading": "literal"},
                )
            ),
        ),
    ),
    max_size=6,
)


@given(wishes)
@examples(0.5)
def test_the_panel_survives_whatever_it_is_asked(plan):
    """And shows a proposal that its code makes."""
    made = panel()
    for act, more in plan:
        ask(made, act, **more)
    built = {}
    exec(made.shown["code"], built)

    assert built.get("proposal", orocloud) == made.proposal
    json.dumps(made.shown)


def test_a_proposal_is_saved_and_opened_again(tmp_path):
    """The folder is the one that the same edit in code writes; the note is beside it."""
    made = panel()
    ask(made, "add", cells=SHORTCUT)
    shown = ask(made, "save", folder=str(tmp_path / "dba"), why="Try it.")
    orocloud.with_rule(**SHORTCUT).save(tmp_path / "code", why="Try it.")
    files = [
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("dba", "code")
    ]

    assert "Saved in" in shown["said"]
    assert files[0] == files[1]
    assert b"Try it." in b"".join(files[0].values())
    other = panel()
    shown = ask(other, "open", folder=str(tmp_path / "dba"))
    assert other.proposal == made.proposal
    assert "read_network(" in shown["code"]
    assert ask(other, "undo")["summary"] == "No rule is changed."


def test_refused_text_is_not_saved_and_it_says_so(tmp_path):
    """What is not taken is no part of the proposal."""
    made = panel()
    ask(made, "set", rule=RULE, column="source", text="brigde")
    shown = ask(made, "save", folder=str(tmp_path / "x"), why="")

    assert "not in it" in shown["said"]
    assert read_network(tmp_path / "x") == orocloud


def test_the_documented_tables_are_not_written_over(tmp_path):
    """Nor is anything written where a folder cannot be made."""
    made = panel()
    before = (DOCUMENTED / "rules.csv").read_bytes()
    ask(made, "remove", rule=RULE)
    shown = ask(made, "save", folder=str(DOCUMENTED), why="")
    (tmp_path / "file").write_text("old", encoding="utf-8")
    told = ask(made, "save", folder=str(tmp_path / "file" / "x"), why="")

    assert "documented tables" in shown["said"]
    assert "cannot" in told["said"]
    assert (DOCUMENTED / "rules.csv").read_bytes() == before


def test_another_proposal_is_written_over_only_when_asked(tmp_path):
    """One's own is: also after an undo."""
    folder = str(tmp_path / "x")
    mine, other = panel(), panel()
    assert not mine.shown["unsaved"]
    assert ask(mine, "add", cells=SHORTCUT)["unsaved"]
    assert not ask(mine, "save", folder=folder, why="")["unsaved"]
    ask(mine, "undo")
    assert "Saved" in ask(mine, "save", folder=folder, why="")["said"]
    ask(mine, "redo")
    ask(mine, "save", folder=folder, why="")
    ask(other, "remove", rule=RULE)
    shown = ask(other, "save", folder=folder, why="")

    assert (shown["asks"], shown["unsaved"]) == (True, True)
    assert "holds other tables" in shown["said"]
    assert read_network(folder) == mine.proposal
    shown = ask(other, "save", folder=folder, why="", over=True)
    assert (shown["asks"], shown["unsaved"]) == (False, False)
    assert read_network(folder) == other.proposal
    assert ask(mine, "save", folder=folder, why="")["asks"]


def test_a_bad_folder_is_refused_with_every_fault(tmp_path):
    """The proposal is as it was."""
    orocloud.save(tmp_path)
    columns, rules = read_table(tmp_path, "rules")
    bad = [{**row, "services": "ssh", "priority": "x"} for row in rules]
    write_table(tmp_path, "rules", columns, bad)
    made = panel()
    shown = ask(made, "open", folder=str(tmp_path))

    assert shown["said"].count("rules.csv row") > 5
    assert made.proposal == orocloud


def test_a_panel_may_start_from_another_network():
    """It is what the edits are compared with."""
    base = orocloud.without_rule(RULE)
    made = panel(cdn="cloudflare", network=base)

    assert made.shown["consequences"]["rows"] == ()
    assert RULE not in rows(made.shown)
    assert check(network=made.proposal, cdn="cloudflare")


def test_an_unknown_variant_is_refused():
    """Before anything is shown."""
    with pytest.raises(UnknownNameError, match="did you mean 'google'"):
        panel(cdn="gogle")


def test_without_a_kernel_there_is_a_table():
    """The same each time, so that a notebook can be compared; no address in memory."""
    one, other = (panel()._repr_mimebundle_()[0] for _ in range(2))
    view = one.pop("application/vnd.jupyter.widget-view+json")
    other.pop("application/vnd.jupyter.widget-view+json")

    assert one == other
    assert view["version_major"] == 2
    assert "load-balancer-to-web" in one["text/html"]
    assert one["text/plain"] == repr(panel())
