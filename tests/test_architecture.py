"""The arrows of the design, the tree, and the budget: says in words which one broke."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMPOSERS = {"settings", "urls", "asgi", "server", "demo", "management"}
"""What puts the rings together, and may name everything."""
CENTRE, HEART = "crisis", "services"
FEATURES = {"communiques", "displays", "meetings"}
"""The folders of crisis/ that stand around the heart."""
OPEN_TO_FEATURES = ("services.models", "services.reads")
INLINE_IMPORTS = {"manage.py", "crisis/bootstrap.py"}
RARE = {
    ("crisis/table.py", "crisis.workbook"),
    ("crisis/meetings/views.py", "crisis.meetings.calendar"),
    ("crisis/backup/pack.py", "psycopg"),
}
"""What few pages need, with a large library behind it: brought in by the first that asks, and a killed server is back sooner."""
LINES, FUNCTION, TEMPLATE = 300, 45, 80
"""Hard limits over the budget of design.md (about 50, rarely over 200; about 8, rarely over 25; about 30)."""

SOURCES = sorted(
    path.relative_to(ROOT)
    for app in (CENTRE, HEART)
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
LAYERS = {"models": 0, "facts": 0, "writes": 1, "reads": 1, "forms": 1, "views": 2}


def imports_of(path: Path) -> list[tuple[str, int, bool]]:
    """Every module that a file imports: its name, the line, whether at the top of the file."""
    tree = ast.parse((ROOT / path).read_text())
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively: write the whole name."
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found += [(name, node.lineno, node in tree.body) for name in names]
    return found


def feature_of(path: Path) -> str:
    """The feature that a file belongs to, "" in the centre and the heart."""
    return path.parts[1] if path.parts[0] == CENTRE and path.parts[1] in FEATURES else ""


def composes(path: Path) -> bool:
    return bool(COMPOSERS & {part.removesuffix(".py") for part in path.parts})


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_the_centre_knows_nothing_of_what_stands_around_it(path):
    if feature_of(path) or composes(path):
        return
    for name, line, _top in imports_of(path):
        outer = name.startswith(HEART) and path.parts[0] == CENTRE
        feature = name.split(".")[0] == CENTRE and name.split(".")[1] in FEATURES
        assert (outer, feature) == (False, False), f"{path}:{line} imports {name}; let that register itself instead."


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_feature_reads_the_heart_and_knows_no_other_feature(path):
    own = feature_of(path)
    if not own:
        return
    for name, line, _top in imports_of(path):
        parts = name.split(".")
        if parts[0] == HEART:
            assert name.startswith(OPEN_TO_FEATURES), f"{path}:{line}: {own} imports {name}: models and reads only."
        other = parts[1] if parts[0] == CENTRE and len(parts) > 1 and parts[1] in FEATURES else own
        assert other == own, f"{path}:{line}: {own} imports {name}: another feature."


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_nothing_in_the_product_imports_tests_benches_or_commands(path):
    for name, line, _top in imports_of(path):
        outside = name.split(".")[0] in {"tests", "bench"}
        assert not outside, f"{path}:{line}: the product imports {name}, which does not ship with it."


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_inside_an_app_arrows_go_from_views_to_writes_and_reads_to_models(path):
    own = LAYERS.get(path.stem)
    if own is None or path.parts[0] != HEART:
        return
    for name, line, _top in imports_of(path):
        parts = name.split(".")
        if parts[0] == HEART and len(parts) > 1:
            other = LAYERS.get(parts[1], own)
            assert other <= own, f"{path}:{line}: {path.stem} imports {name}, an arrow the wrong way."


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_imports_stand_at_the_top_but_in_ready_and_of_what_is_rare(path):
    if str(path) in INLINE_IMPORTS or path.name == "apps.py":
        return
    tree = ast.parse((ROOT / path).read_text())
    guarded = {child for node in tree.body if isinstance(node, (ast.If, ast.Try)) for child in node.body + node.orelse}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            allowed = isinstance(node, ast.ImportFrom) and (str(path), node.module) in RARE
            assert allowed or node in tree.body or node in guarded, (
                f"{path}:{node.lineno}: an import hides inside a function."
            )


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_files_and_functions_keep_the_budget(path):
    source = (ROOT / path).read_text()
    assert len(source.splitlines()) <= LINES, f"{path} has more than {LINES} lines: part it by meaning."
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= FUNCTION, f"{path}:{node.lineno}: {node.name} has {length} lines: part it."


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_templates_keep_the_budget_and_hold_nothing_inline(path):
    source = path.read_text()
    assert len(source.splitlines()) <= TEMPLATE, f"{path.name} has more than {TEMPLATE} lines."
    for inline in (" style=", "<style", " onclick=", " onload=", "javascript:", "hx-on"):
        assert inline not in source, f"{path.name} holds {inline!r}, which the content policy refuses."
    for chunk in source.split("<script")[1:]:
        assert "src=" in chunk.split(">")[0], f"{path.name} has an inline script."


def test_there_is_no_drawer_for_odds_and_ends():
    names = {path.stem for path in SOURCES} | {part for path in SOURCES for part in path.parts}

    assert not names & {"utils", "helpers", "common", "misc", "signals"}


def test_only_the_journal_makes_entries_and_only_the_writes_make_reports():
    for path in SOURCES:
        source = (ROOT / path).read_text()
        if path != Path("crisis/journal.py"):
            assert "JournalEntry(" not in source.replace("class JournalEntry(", ""), (
                f"{path} makes an entry beside record()."
            )
            assert "JournalEntry.objects.create" not in source, f"{path} makes an entry beside record()."
        if path != Path("services/writes.py"):
            assert "StatusReport(" not in source.replace("class StatusReport(", ""), f"{path} makes a report itself."


def test_nothing_is_fetched_from_outside():
    shipped = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static").rglob("*.css"),
        *(ROOT / "static").rglob("*.js"),
    ]

    for path in shipped:
        source = path.read_text().replace("http://www.w3.org/", "")
        assert "http://" not in source, f"{path.name} names an outside address."
        assert "https://" not in source, f"{path.name} names an outside address."


def test_the_bootstrap_needs_nothing_but_the_standard_library():
    import sys

    for path in (Path("manage.py"), Path("crisis/bootstrap.py")):
        for name, line, top in imports_of(path):
            first = name.split(".")[0]
            assert not top or first in sys.stdlib_module_names or first in {"crisis", "__future__"}, (
                f"{path}:{line}: {name}"
            )
