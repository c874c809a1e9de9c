"""Remove each rights check of the product alone, and write which test turns red into docs/reference/rights-checks.md:
`python -m tests.rights [WORD...]`.

A check is a statement that calls a function named `must...` about who somebody is. Words narrow them down to the places
that contain one. Red: a check that no test misses. All of them take half an hour, so they are no part of CI;
tests/mutants/ holds saboteurs of each kind of check, which are.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.copies import ROOT, changed, run, side_by_side

ABOUT = {
    "_must_give", "must", "must_aid", "must_be_apart", "must_be_free", "must_be_inside", "must_do", "must_fill",
    "must_have", "must_prepare", "must_read", "must_recall", "must_see", "must_send", "must_staff", "must_start",
    "must_work",
}  # fmt: skip
OF_ALL = ("test_directory", "test_staffing", "test_people", "test_access")  # concern every check
SECONDS = 600
PAGE = ROOT / "docs/reference/rights-checks.md"


@dataclass(frozen=True)
class Check:
    """A statement that refuses somebody."""

    file: str
    line: int
    end: int
    within: str  # the function
    text: str


def checks() -> Iterator[Check]:
    """Every check of engine/ and webapp/ that stands as a statement of its own."""
    for path in sorted(p for folder in ("engine", "webapp") for p in (ROOT / folder).rglob("*.py")):
        source = path.read_text()
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _name(node.value) in ABOUT:
                        text = " ".join((ast.get_source_segment(source, node) or "").split())
                        place = str(path.relative_to(ROOT))
                        yield Check(place, node.lineno, node.end_lineno or node.lineno, function.name, text)


def without(source: str, check: Check) -> str:
    """The module without the check."""
    lines = source.splitlines(keepends=True)
    first = lines[check.line - 1]
    indent = first[: len(first) - len(first.lstrip())]
    return "".join([*lines[: check.line - 1], f"{indent}pass\n", *lines[check.end :]])


def judge(tree: Path, check: Check) -> str:
    """The first test that turns red without the check, or why none did."""
    path = tree / check.file
    tests = [one for one in sorted((ROOT / "tests").glob("test_*.py")) if _concerns(one, check)]
    tests.sort(key=lambda one: _likely(one, check))
    with changed(path, without(path.read_text(), check)):
        ran = run(tree, ["-x", "-k", "not postgres", "--no-header", *(f"tests/{one.name}" for one in tests)], SECONDS)
    red = re.search(r"^(?:FAILED|ERROR) ([^\s\[]+)", ran.text, re.MULTILINE)
    return red[1] if ran.code == 1 and red else f"MISSED ({ran.code})"


def line(check: Check) -> str:
    """A check as its line of the table begins."""
    return f"| `{check.file}` | `{check.within}` | `{check.text}` |"


def known() -> dict[str, str]:
    """The test of each line of the page."""
    found = (re.fullmatch(r"(\| `.* \|) (\S+) \|", row) for row in PAGE.read_text().splitlines())
    return {row[1]: row[2] for row in found if row}


def told(tree: Path, check: Check) -> str:
    """What `judge` says, printed as soon as it is known."""
    test = judge(tree, check)
    print(line(check), test, flush=True)
    return test


def main(words: list[str]) -> int:
    """Judge the checks, two at a time; write those that a test misses into the page."""
    found = [one for one in checks() if not words or any(word in f"{one.file}:{one.within}" for word in words)]
    judged = dict(zip(map(line, found), side_by_side(told, found), strict=True))
    missed = [one for one, test in judged.items() if test.startswith("MISSED")]
    rows, top = known() | judged, PAGE.read_text().partition("| --- | --- | --- | --- |\n")
    table = [f"{one} {rows[one]} |" for one in map(line, checks()) if one in rows and one not in missed]
    PAGE.write_text("".join(top[:2]) + "\n".join(table) + "\n")
    print(f"{len(found)} checks, {len(missed)} that no test misses", *missed, sep="\n")
    return 1 if missed else 0


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _concerns(path: Path, check: Check) -> bool:
    """Whether a module of tests sees somebody refused, and names the module or the package of the check."""
    place, text = Path(check.file), path.read_text()
    named = any(word in text for word in {place.stem, place.parts[1].removesuffix(".py")} - {"__init__"})
    return path.stem in OF_ALL or (named and any(word in text for word in ("NotAllowed", "Conflict", "403", "404")))


def _likely(path: Path, check: Check) -> tuple[bool, bool]:
    """What sorts the likeliest modules of tests first, and the longest last but for the whole matrix."""
    alike = set(path.stem.split("_")) & set(re.split(r"[/._]", check.file)) - {"test"}
    return not alike, path.stem not in OF_ALL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
