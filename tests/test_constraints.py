"""docs/reference/standard-constraints.md counts rightly and names the rules that exist, each of them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from engine import rules

PAGE = (Path(__file__).resolve().parent.parent / "docs/reference/standard-constraints.md").read_text()
ROWS = re.findall(r"^\| (\d+) \| ([\d.]+) \| (.+?) \| (\w+) \| (.+) \|$", PAGE, re.M)
OURS = set(re.findall(r"^\| `([\w-]+)` \|", PAGE, re.M))
ELSEWHERE = {"process-once", "form-once", "lane-role", "more-problems"}  # said by lint and deployments themselves
EVERY = {rules.name(rule) for rule in rules.ALL} | ELSEWHERE


def named(by: str) -> set[str]:
    return set(re.findall(r"`([\w-]+)`", by))


def test_the_constraints_are_numbered_without_a_gap() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, len(ROWS) + 1))


def test_the_counts_are_those_of_the_rows() -> None:
    told = dict(re.findall(r"^\| (\w+) \| [^|]+ \| (\d+) \|$", PAGE, re.M))
    assert {verdict: int(count) for verdict, count in told.items()} == Counter(row[3] for row in ROWS)
    assert f"| **all** | | {len(ROWS)} |" in PAGE


@pytest.mark.parametrize("row", [row for row in ROWS if row[3] == "found"], ids=lambda row: row[0])
def test_what_finds_a_constraint_is_a_rule(row: tuple[str, ...]) -> None:
    assert named(row[4]) and named(row[4]) <= EVERY


def test_every_rule_stands_for_a_constraint_or_is_ours() -> None:
    used = {name for row in ROWS if row[3] == "found" for name in named(row[4])}
    assert used | OURS == EVERY
    assert not used & OURS


def test_nothing_is_said_twice() -> None:
    assert [text for text, count in Counter((row[1], row[2]) for row in ROWS).items() if count > 1] == []
