"""What we claim about safety names tests that are there: docs/asvs.csv, docs/explanation/attacks.md."""

import ast
import csv
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from tests import rights

ROOT = Path(__file__).parent.parent
ASVS = ROOT / "docs/asvs.csv"
ATTACKS = ROOT / "docs/explanation/attacks.md"
CODE = sorted(path for folder in ("engine", "webapp") for path in (ROOT / folder).rglob("*.py"))
CHAPTERS = {  # requirements of level 1 and 2 in ASVS 5.0.0
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16,
    17: 7,
}  # fmt: skip
TEST = re.compile(r"[\w/]+\.py::\w+")
CLAIMED = 60  # rows with a test, at least
FORBIDDEN = {"eval", "exec", "__import__", "os.system", "os.popen", "hashlib.md5", "hashlib.sha1"}
PROGRAMS = (
    ROOT / "engine/programs.py"
)  # the one place that starts another program, bounded: test_previews.py, test_scanner.py
FORBIDDEN_MODULES = {"subprocess", "pickle", "marshal", "shelve", "random", "xml"}


def rows() -> list[dict[str, str]]:
    with ASVS.open(newline="") as file:
        return list(csv.DictReader(file))


@lru_cache
def collected(file: str) -> frozenset[str]:
    """The tests of a file that pytest collects and does not skip."""
    path = ROOT / "tests" / file
    if not path.is_file() or not path.name.startswith("test_"):
        return frozenset()
    found = [one for one in ast.parse(path.read_text()).body if isinstance(one, ast.FunctionDef)]
    live = [one for one in found if not any("skip" in ast.unparse(mark) for mark in one.decorator_list)]
    return frozenset(one.name for one in live if one.name.startswith("test_"))


def dead(text: str) -> list[str]:
    """The ids of tests in a text that name none."""
    return [one for one in TEST.findall(text) if one.split("::")[1] not in collected(one.split("::")[0])]


def test_every_requirement_of_level_1_and_2_is_answered_once() -> None:
    ids = [row["id"] for row in rows()]
    assert [one for one, times in Counter(ids).items() if times > 1] == []
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", one) for one in ids)
    assert Counter(int(one.split(".")[0]) for one in ids) == CHAPTERS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_an_answer_is_a_test_or_says_plainly_that_there_is_none(row: dict[str, str]) -> None:
    assert dead(row["tests"]) == [] and TEST.sub("", row["tests"]).strip() == ""
    assert row["applies"] == "yes" or row["applies"] == "not yet assessed" or row["applies"].startswith("no: ")
    if row["applies"] == "yes":
        assert row["how"] and (row["tests"] or row["how"].startswith("Not met"))
    else:
        assert not row["tests"]


def test_at_least_sixty_answers_have_a_test() -> None:
    assert sum(bool(row["tests"]) for row in rows()) >= CLAIMED


def test_every_class_of_attack_names_tests_that_are_there() -> None:
    lines = [line for line in ATTACKS.read_text().splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(lines) >= 20 and dead(ATTACKS.read_text()) == []
    assert [line for line in lines if not TEST.search(line)] == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_of_ours_runs_code_starts_programs_or_uses_what_is_weak(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    assert {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)} & FORBIDDEN == set()
    modules = {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
    modules |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    allowed = {"subprocess"} if path == PROGRAMS else set()
    assert {module.split(".")[0] for module in modules} & FORBIDDEN_MODULES == allowed


def test_every_rights_check_was_taken_out_and_missed_by_a_test() -> None:
    wanted, known = {rights.line(check) for check in rights.checks()}, rights.known()
    assert len(wanted) > 100
    assert sorted(wanted - set(known)) == [], "run `python -m tests.rights` with a word of each"
    assert sorted(set(known) - wanted) == [], "such a check is nowhere any more: run `python -m tests.rights`"
    for test in known.values():
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(), test
