"""The tests themselves: what they may lean on, and where they stand."""

import ast
import re
from pathlib import Path

import pytest

import orosec

TESTS = Path(__file__).parents[1]
TREES = {
    path.relative_to(TESTS).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(TESTS.rglob("*.py"))
}
OPEN = {"_asdict", "_fields", "_make", "_replace"}
"""What a named tuple offers to everybody; so does what IPython looks for (`DISPLAYED`)."""
DISPLAYED = re.compile(r"_repr_\w+_")
PRIVATE = re.compile(r"_(?!_)\w*")
PATH_OF_PRIVATE = re.compile(r"orosec(\.\w+)*\._(?!_)\w+")
READS, WRITES = {"read_text", "read_bytes"}, {"write_text", "write_bytes"}


def is_private(name):
    """Return whether a name is for the module or class that it stands in."""
    return bool(
        PRIVATE.fullmatch(name) and name not in OPEN and not DISPLAYED.fullmatch(name)
    )


def privates(tree):
    """Yield each private name of somebody else that is used: attribute, import, string."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=name) if is_private(name):
                yield node.lineno, name
            case ast.ImportFrom(module=module, names=aliases):
                words = [*(module or "").split("."), *(alias.name for alias in aliases)]
                yield from ((node.lineno, word) for word in words if is_private(word))
            case ast.Constant(value=str(text)) if PATH_OF_PRIVATE.fullmatch(text):
                yield node.lineno, text
            case ast.Call(func=ast.Name(id="getattr" | "setattr" | "delattr" | "hasattr")):
                yield from named_privates(node)
            case ast.Call(func=ast.Attribute(attr="object" | "setattr" | "delattr")):
                yield from named_privates(node)


def named_privates(call):
    """Yield each private name that is given as a string."""
    for argument in call.args:
        match argument:
            case ast.Constant(value=str(name)) if is_private(name):
                yield call.lineno, name


def tables_as_text(tree):
    """Yield each function that reads a CSV file as text or bytes, and writes one then."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            paths = csv_names(node)
            used = [
                (call.func.attr, call.lineno)
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and speaks_of_csv(call.func.value, paths)
            ]
            read = [line for name, line in used if name in READS]
            written = [line for name, line in used if name in WRITES]
            if read and written and min(read) <= max(written):
                yield node.lineno, node.name


def csv_names(function):
    """Return the names that a function gives to paths of CSV files."""
    names = set()
    for node in ast.walk(function):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.For(target=ast.Name(id=name), iter=value)
            ) if speaks_of_csv(value, names):
                names.add(name)
    return names


def speaks_of_csv(expression, names):
    """Return whether an expression has a name that ends in .csv, or one of *names*."""
    return any(
        (isinstance(part, ast.Constant) and str(part.value).endswith(".csv"))
        or (isinstance(part, ast.Name) and part.id in names)
        for part in ast.walk(expression)
    )


def alternatives(tree):
    """Yield each assertion that is content with one of two things."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            for part in ast.walk(node.test):
                match part:
                    case (
                        ast.BoolOp(op=ast.Or())
                        | ast.Call(func=ast.Name(id="any"), args=[ast.Tuple() | ast.List()])
                    ):
                        yield node.lineno, ast.unparse(part)


LAWS = {law.__name__: law for law in (privates, tables_as_text, alternatives)}


@pytest.mark.parametrize("law", LAWS)
def test_no_test_breaks_the_law(law):
    """Tests use public names, edit tables as tables, and assert one thing."""
    found = [
        f"{path}:{line}: {what}"
        for path, tree in TREES.items()
        for line, what in LAWS[law](tree)
    ]

    assert found == []


PLANTED = [
    ("privates", "from orosec.engine.packet_set import _box"),
    ("privates", "from orosec._engine import box"),
    ("privates", "EVERYTHING._root"),
    ("privates", "panel()._asked({})"),
    ("privates", "getattr(panel, '_history')"),
    ("privates", "patch.object(notation, '_cache', {})"),
    ("privates", "monkeypatch.setattr('orosec.engine.notation._cache', {})"),
    (
        "tables_as_text",
        """
def edit(folder, name):
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("allow", "deny"), encoding="utf-8")
""",
    ),
    (
        "tables_as_text",
        """
def test_all(folder):
    for path in folder.glob("*.csv"):
        path.write_bytes(re.sub(b"tcp", b"udp", path.read_bytes()))
""",
    ),
    (
        "tables_as_text",
        """
def test_rules(tmp_path):
    (tmp_path / "rules.csv").write_text((tmp_path / "rules.csv").read_text()[:-9])
""",
    ),
    ("alternatives", "assert found is None or found in packets"),
    ("alternatives", "assert ready and (found or not asked)"),
    ("alternatives", "assert any((one.edit, one.advice))"),
    ("alternatives", "assert all(one.edit or one.advice for one in many)"),
]


@pytest.mark.parametrize(("law", "text"), PLANTED)
def test_a_test_that_breaks_the_law_is_found(law, text):
    """A law that would find nothing is none; each of these breaks one law alone."""
    tree = ast.parse(text)

    assert [name for name in LAWS if [*LAWS[name](tree)]] == [law]


FINE = [
    "row._replace(action='deny')",
    "diagram._repr_mimebundle_()",
    "def ask(self): return self._answer",
    "assert any(one.edit for one in many)",
    "setattr(made, name, 0)",
    "def test(folder): (folder / 'rules.csv').write_bytes(b'no table')",
    "def test(a, b): assert (a / 'x.csv').read_bytes() == (b / 'x.csv').read_bytes()",
]


@pytest.mark.parametrize("text", FINE)
def test_what_is_no_breach_is_let_be(text):
    """What others offer, one's own names, files that shall be no tables."""
    assert [name for name in LAWS if [*LAWS[name](ast.parse(text))]] == []


HOUSE = Path(orosec.__file__).parent
MODULES = sorted(
    path.relative_to(HOUSE)
    for path in HOUSE.rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
)


TOGETHER = {
    "bulk/test_flows.py": "cli/flows",
    "bulk/test_shadowing.py": "bulk/plan",
    "cli/test_decide.py": "cli/explain",
    "cli/test_main.py": "cli/options",
    "drift/test_comparison.py": (
        "drift/align drift/block drift/entries drift/pairing drift/phrases drift/recognise"
    ),
    "drift/test_extract.py": "drift/lines drift/markup drift/restructured",
    "drift/test_report.py": "cli/drift",
    "linting/test_lint.py": (
        "cli/lint linting/advice linting/exposed linting/finding linting/redundant"
    ),
    "model/test_wing_tables.py": "drift/rows mutation/rows",
    "mutation/test_catalogue.py": (
        "mutation/mutant mutation/place_mutants mutation/relay_mutants "
        "mutation/rule_mutants mutation/spellings"
    ),
    "mutation/test_score.py": (
        "cli/mutate mutation/heatmap mutation/kill_matrix mutation/suppressions "
        "mutation/trial"
    ),
    "prose/test_judge.py": "prose/corrections",
    "reporting/test_report.py": "cli/report reporting/pages",
    "reporting/test_traceability.py": "cli/sentences cli/trace reporting/rows",
    "whatif/test_diff.py": "whatif/journey_diff",
    "whatif/test_suggest.py": "cli/suggest",
}
"""Modules that are the steps of one thing, and are tested by what comes of it."""
STEPS = {
    Path(f"{name}.py"): TESTS / file
    for file, names in TOGETHER.items()
    for name in names.split()
}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.as_posix())
def test_each_module_has_its_test_file(module):
    """What tests ``orosec/model/edits.py`` is ``tests/model/test_edits.py``."""
    path = STEPS.get(module, TESTS / module.parent / f"test_{module.name}")

    assert "def test_" in path.read_text(encoding="utf-8")


def test_a_step_is_a_module_without_a_test_file_of_its_own():
    """Whoever gives it one, or takes it away, takes it off the list."""
    own = [TESTS / module.parent / f"test_{module.name}" for module in STEPS]

    assert {*STEPS} <= {*MODULES}
    assert not any(path.exists() for path in own)


def test_a_room_of_tests_is_a_room_of_the_house_or_of_the_project():
    """No test is left behind where a room was renamed."""
    rooms = {path.name for path in HOUSE.iterdir() if path.is_dir()}
    others = {"benchmarks", "corpus", "docs", "helpers", "jobs", "notebooks", "oracle"}
    found = {path.name for path in TESTS.iterdir() if path.is_dir()} - {"__pycache__"}

    assert found - rooms <= others
