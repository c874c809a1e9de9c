"""The architecture of docs/explanation/architecture.md, kept by tests."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(p for folder in ("engine", "webapp") for p in (ROOT / folder).rglob("*.py"))
LAYERS = [  # bottom to top; a module uses only what stands in a list before its own
    ["errors"], ["clock", "logs", "programs", "raster"], ["values", "typed", "sheet"], ["variables"],
    ["model"], ["transaction"], ["table"], ["diagram"],
    ["definition"], ["feel"], ["dmn"], ["worktime"], ["forecast"], ["forms"], ["spiff"], ["rules"], ["lint"],
    ["history"], ["library"], ["people"], ["onpaper"], ["calendars"], ["receivers"], ["incidents", "notices"],
    ["changes"], ["instances"],
    ["starts", "comments"], ["stores"], ["scanner", "previews"], ["documents"], ["drafts"], ["accounts"],
    ["sla"], ["tasks", "cases", "deployments", "replay", "readings", "retention", "directory", "staffing"],
    ["papers", "numbers"], ["timers"], ["deadlines", "handing", "preparing", "reversals"],
    ["outbox", "tracking"],
    ["operations"], ["vitals"], ["scenario"], ["database"], ["backup", "doctor"], ["schema"], ["demo"],
    ["worker"], ["queue"], ["cli"],
]  # fmt: skip
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} if node.module != "engine" else {f"engine.{alias.name}" for alias in node.names}
    return found


def module(path: Path) -> str:
    return path.relative_to(ROOT / "engine").with_suffix("").parts[0]


ENGINE = [p for p in FILES if p.is_relative_to(ROOT / "engine") and module(p) != "__init__"]


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    used = {name.split(".")[1] for name in imports(path) if name.startswith("engine.")}
    own = module(path)
    assert {other for other in used if other != own and RANK[other] >= RANK[own]} == set()


def test_every_module_of_the_engine_has_a_layer() -> None:
    assert {module(p) for p in ENGINE} == set(RANK)


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_engine_knows_no_web(path: Path) -> None:
    assert not {n for n in imports(path) if n.split(".")[0] in ("flask", "webapp", "werkzeug", "jinja2")}


def test_one_door_to_spiffworkflow() -> None:
    users = {p.relative_to(ROOT).parts[:2] for p in FILES if any("SpiffWorkflow" in n for n in imports(p))}
    assert users == {("engine", "spiff")}


def test_one_place_commits() -> None:
    assert [str(p.relative_to(ROOT)) for p in FILES if ".commit()" in p.read_text()] == ["engine/transaction.py"]


def test_one_clock() -> None:
    readers = [p for p in FILES if any(word in p.read_text() for word in ("datetime.now", "utcnow", "date.today"))]
    assert [str(p.relative_to(ROOT)) for p in readers] == ["engine/clock.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_has_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_function_has_at_most_30_lines_beside_its_docstring(path: Path) -> None:
    assert {name: n for name, n in lengths(path) if n > 30} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_error_is_swallowed_and_no_checker_silenced_without_a_reason(path: Path) -> None:
    text = path.read_text()
    bare = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ExceptHandler) and n.type is None]
    assert bare == []
    assert "type: ignore" not in text.replace("type: ignore[", "")


def lengths(path: Path) -> list[tuple[str, int]]:
    """The lines of every function, without its docstring."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            text = node.body[0] if ast.get_docstring(node) else None
            words = (text.end_lineno or 0) - text.lineno + 1 if text else 0
            found.append((node.name, (node.end_lineno or 0) - node.lineno + 1 - words))
    return found
