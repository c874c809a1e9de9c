"""docs/reference/standard-constraints.md counts rightly and names the rules that exist, each of them."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import lint, rules

PAGE = (Path(__file__).resolve().parent.parent / "docs/reference/standard-constraints.md").read_text()
ROWS = re.findall(r"^\| (\d+) \| ([\d.]+) \| (.+?) \| (\w+) \| (.+) \|$", PAGE, re.M)
SAMPLES = Path(__file__).parent / "constraints"
SOUND = (SAMPLES / "sound.bpmn").read_text()
OURS = set(re.findall(r"^\| `([\w-]+)` \|", PAGE, re.M))
# said by lint and deployments themselves
ELSEWHERE = {
    "process-once",
    "form-once",
    "decision-once",
    "lane-role",
    "more-problems",
}
OF_DMN = rules.DMN + rules.TABLE  # another standard
EVERY = {rules.name(rule) for rule in rules.ALL if rule not in OF_DMN} | ELSEWHERE


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


def samples() -> Iterator[tuple[str, str, str]]:
    """(constraint, element to be named, model) for each entry of breaks.txt."""
    text = (SAMPLES / "breaks.txt").read_text()
    for entry in filter(None, (part.strip() for part in re.sub(r"^#.*\n", "", text, flags=re.M).split("\n\n"))):
        head, *lines = entry.split("\n")
        constraint, element = head.rsplit(" @ ", 1)
        model, old = SOUND, ""
        for line in lines:
            verb, _, rest = line.partition(" ")
            if verb == "-":
                old = rest
                continue
            place = {"process": '<bpmn:endEvent id="E"', "before": "<bpmn:collaboration"}.get(verb, old)
            assert place in model, constraint
            model = model.replace(place, rest if verb == "+" else rest + place, -1 if place.startswith('"') else 1)
        yield constraint, element, model


BREAKS = list(samples())


def test_the_model_that_samples_break_is_sound() -> None:
    assert [str(p) for p in lint.check({"m.bpmn": SOUND.encode()}) if p.rule != "soundness-not-finished"] == []


@pytest.mark.parametrize(("constraint", "element", "model"), BREAKS, ids=[sample[0] for sample in BREAKS])
def test_a_model_that_breaks_a_constraint_is_told_so(constraint: str, element: str, model: str) -> None:
    [by] = {row[4] for row in ROWS if row[2] == constraint}
    problems = lint.check({"m.bpmn": model.encode()})
    assert element in {p.element for p in problems if p.rule in named(by)}, problems
