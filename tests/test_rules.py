"""The rules of lint: each against the models beside it, all against the shipped models, and against hostile files."""

import random
import re
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from models import HEAD, model

from engine import definition, lint, rules
from engine.errors import Problem, Rejected
from engine.rules._runs import Marking, Move, Net, search

ROOT = Path(__file__).parent.parent
RULES = {rules.name(rule): rule for rule in rules.ALL}
FIXTURES = ROOT / "tests" / "rules"
VALID = sorted(FIXTURES.glob("*/valid.bpmn"))
INVALID = sorted(FIXTURES.glob("*/invalid-*.bpmn"))
SHIPPED = sorted((ROOT / "bpmn").glob("*.bpmn"))
FORMS = {path.name: path.read_bytes() for path in sorted((ROOT / "forms").glob("*.json"))}
DOCUMENTED = (ROOT / "docs/reference/rules.md").read_text()
FORM = (
    b'{"type": "default", "schemaVersion": 16, "id": "%s", '
    b'"components": [{"type": "textfield", "id": "F1", "key": "nama_paket", "label": "Nama paket"}]}'
)
BESIDE = ("process-once", "form-once", "decision-once", "decision-table", "lane-role", "more-problems")  # no file each
SMALL = "start S | user A called=x | end E\nS > A | A > E"


def broken(content: bytes, file: str = "m.bpmn") -> set[tuple[str | None, str]]:
    """(element, rule) of every error in a file."""
    return {(p.element, p.rule) for p in lint.check({file: content}) if p.severity == "error"}


def rule_of(path: Path) -> str:
    return path.parent.name.replace("_", "-")


def files_of(path: Path) -> dict[str, bytes]:
    """A model, and the forms beside it."""
    return {"m.bpmn": path.read_bytes()} | {form.name: form.read_bytes() for form in path.parent.glob("*.json")}


@pytest.mark.parametrize("path", VALID, ids=rule_of)
def test_a_valid_model_has_no_errors_and_does_not_break_the_rule(path: Path) -> None:
    problems = lint.check(files_of(path), {"ada"}, known_decisions={"ada"})
    assert [p for p in problems if p.severity == "error" or p.rule == rule_of(path)] == []


@pytest.mark.parametrize("path", INVALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_an_invalid_model_breaks_the_rule_at_the_element_it_is_named_after(path: Path) -> None:
    problems = [p for p in lint.check(files_of(path), {"ada"}, known_decisions={"ada"}) if p.rule == rule_of(path)]
    assert [p.element or "" for p in problems] == [path.stem.removeprefix("invalid-")]
    assert problems[0].severity == RULES[rule_of(path)].SEVERITY
    assert problems[0].message[-1] in ".?”"


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_valid_and_an_invalid_model(name: str) -> None:
    folder = FIXTURES / name.replace("-", "_")
    assert (folder / "valid.bpmn").exists()
    assert list(folder.glob("invalid-*.bpmn"))


@pytest.mark.parametrize(
    "name", [*RULES, "process-once", "form-once", "decision-once", "decision-table", "lane-role", "more-problems"]
)
def test_every_rule_is_documented_in_both_languages(name: str) -> None:
    [section] = re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", DOCUMENTED, re.M | re.S)
    assert "**ID**" in section and "**EN**" in section


def test_every_file_of_a_rule_is_registered() -> None:
    files = {path.stem for path in (ROOT / "engine/rules").glob("[a-z]*.py")}
    assert {name.replace("-", "_") for name in RULES} == files


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_the_shipped_models_have_no_problems(path: Path) -> None:
    assert [str(p) for p in lint.check({path.name: path.read_bytes()} | FORMS)] == []


def test_two_files_may_not_give_the_same_process_or_form() -> None:
    files = {"a.bpmn": model(SMALL), "b.bpmn": model(SMALL), "x/f.json": FORM % b"f", "y/f.json": FORM % b"f"}
    found = [(p.file, p.element, p.rule) for p in lint.check(files) if p.severity == "error"]
    assert found == [("y/f.json", "f", "form-once"), ("b.bpmn", "p", "process-once")]


def test_a_form_may_be_beside_the_model_or_deployed_already() -> None:
    content = model("start S | user A form=f called=x | end E\nS > A | A > E")
    assert lint.check({"m.bpmn": content, "f.json": FORM % b"f"}) == lint.check({"m.bpmn": content}, {"f"}) == []
    assert broken(content) == {("A", "form-known")}


def test_a_broken_form_is_reported_once_as_itself() -> None:
    content = model("start S | user A form=f called=x | end E\nS > A | A > E")
    assert {p.file for p in lint.check({"m.bpmn": content, "f.json": b"{"})} == {"f.json"}


def test_refuse_raises_everything_if_one_is_an_error() -> None:
    warning, error = (Problem("m.bpmn", None, "r", severity, "x") for severity in ("warning", "error"))
    lint.refuse([warning])
    with pytest.raises(Rejected) as refused:
        lint.refuse([warning, error])
    assert refused.value.problems == [warning, error]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "xml"), (b"\x00", "xml"), (b"not xml", "xml"), (b"\xff\xfe\x00", "xml"), (b"<a/>", "bpmn"),
        (b"<a xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "bpmn"), (b" " * 10_000_000, "file-size"),
        (b'<!DOCTYPE a [<!ENTITY b "x">]>' + model(SMALL), "doctype"),
        (b'<?xml version="1.0" encoding="klingon"?>' + model(SMALL), "xml"),
        (model(SMALL).replace(b'id="A"', b'id="\xff"'), "xml"),
        ((HEAD + "<bpmn:process>" * 200 + "</bpmn:process>" * 200 + "</bpmn:definitions>").encode(), "xml"),
        ((HEAD + "<bpmn:process>" * 9000 + "</bpmn:process>" * 9000 + "</bpmn:definitions>").encode(), "xml"),
        ((HEAD + "</bpmn:definitions>").encode(), "executable"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_a_problem_not_an_exception(content: bytes, rule: str) -> None:
    assert {p.rule for p in lint.check({"m.bpmn": content})} == {rule}


def test_a_billion_laughs_are_not_laughed() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    content = f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]>{HEAD}&e9;</bpmn:definitions>'.encode()
    assert {p.rule for p in lint.check({"m.bpmn": content})} <= {"doctype", "xml"}


def test_a_hostile_file_gives_a_list_that_can_be_read() -> None:
    tasks = "".join(f'<bpmn:scriptTask id="T{n}"/>' for n in range(20_000))
    content = f'{HEAD}<bpmn:process id="p" isExecutable="true">{tasks}</bpmn:process></bpmn:definitions>'.encode()
    problems = lint.check({"m.bpmn": content})
    assert len(problems) == lint.MOST_PROBLEMS + 1
    assert problems[-1].rule == "more-problems"


def test_a_long_row_of_tasks_is_explored_to_its_end() -> None:
    row = [f"T{n}" for n in range(3000)]
    nodes = "start S | end E\n" + "\n".join(f"user {n} called={n}" for n in row)
    flows = "\n".join(f"{a} > {b}" for a, b in zip(["S", *row], [*row, "E"], strict=True))
    assert lint.check({"m.bpmn": model(f"{nodes}\n{flows}")}) == []


def test_many_branches_with_time_limits_are_explored_one_at_a_time() -> None:
    text = "start S | and P | and J | end E\nS > P | J > E\n"
    for n in range(40):
        text += f"user A{n} called=x | timer W{n} on=A{n} at=P1D | end L{n}\nP > A{n} | A{n} > J | W{n} > L{n}\n"
    assert lint.check({"m.bpmn": model(text)}) == []


def test_two_choices_may_lead_straight_to_the_same_step() -> None:
    text = "start S | user A called=x | xor G default=f2 | end E\nS > A | A > G | G > E f1 : x = 1 | G > E f2"
    assert lint.check({"m.bpmn": model(text)}) == []


def test_a_rework_loop_that_leaves_a_parallel_block_is_still_explored() -> None:
    text = """start S | xor M | and P | user A called=x | user B called=y | xor G default=ok | and J | end E
    S > M | M > P | P > A | P > B | A > G | G > M again : tolak | G > J ok | B > J | J > E"""
    [problem] = lint.check({"m.bpmn": model(text)})
    assert (problem.rule, problem.element, problem.severity) == ("second-token", "B", "warning")
    assert "S > M > P > x > G > M > P" in problem.message


def test_a_run_that_gets_stuck_is_told_by_the_names_of_its_steps() -> None:
    text = """start S | xor G default=d | and J | user A called=Menyusun | user B called=Memeriksa | end E
    S > G | G > A : x | G > B d | A > J | B > J | J > E"""
    told = {p.rule: p.message for p in lint.check({"m.bpmn": model(text)})}
    assert "S > G > Menyusun" in told["may-deadlock"]


class Plain(Net):
    """The search without its reduction: every move of every place."""

    def successors(self, marking: Marking, path: set[Marking]) -> list[Move]:
        return [move for place, count in marking if count == 1 for move in self.moves(place, marking)]


KINDS = ("user", "xor", "and", "end", "terminate")


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(KINDS), min_size=2, max_size=7),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=9, unique=True),
    st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=2),
)
def test_the_reduced_search_finds_what_the_plain_one_finds(kinds: list, flows: list, events: list) -> None:
    """Where the plain one comes to its end: the same steps run, and both or neither see a run end."""
    size = len(kinds)
    lines = ["start S", "S > N0", *(f"{kind} N{n}" for n, kind in enumerate(kinds))]
    hosts = [(n % size, stops) for n, stops in events if kinds[n % size] == "user"]
    for n, (host, stops) in enumerate(hosts):
        lines += [f"timer W{n} on=N{host} at=P1D {'interrupting' if stops else ''}", f"W{n} > N{(host + 1) % size}"]
    lines += [f"N{a % size} > N{b % size}" for a, b in flows if kinds[a % size] not in ("end", "terminate")]
    [process] = definition.read(model("\n".join(lines)), "m.bpmn")
    reduced, plain = search(Net(process)), search(Plain(process))
    if plain.complete:
        assert (reduced.ran, reduced.ends, reduced.complete) == (plain.ran, plain.ends, True)


def mutants(content: bytes, seed: int) -> bytes:
    """The model with one to three attributes dropped, references swapped, elements doubled, moved or lost."""
    dice, root = random.Random(seed), etree.fromstring(content)
    for _ in range(dice.randint(1, 3)):
        every = [e for e in root.iter("*") if e.getparent() is not None]
        one, other = dice.choice(every), dice.choice(every)
        name = dice.choice([*one.attrib, "id"])
        match dice.randrange(6):
            case 0:
                one.attrib.pop(name, None)
            case 1:
                one.set(name, dice.choice([*other.attrib.values(), "", "x y", "&<ü", "0", "-1", "P99999999999999D"]))
            case 2:
                one.addnext(deepcopy(one))
            case 3:
                one.getparent().remove(one)
            case 4:
                one.text = dice.choice([other.text, "= (", "P5X", None])
            case 5:
                one.tag = dice.choice([other.tag, f"{{{definition.BPMN}}}subProcess", "noNamespace"])
    return etree.tostring(root)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_no_mutant_of_a_model_makes_lint_raise(path: Path) -> None:
    for seed in range(120):
        assert all(isinstance(p.message, str) for p in lint.check({"m.bpmn": mutants(path.read_bytes(), seed)} | FORMS))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_lint_raise(content: bytes) -> None:
    lint.check({"m.bpmn": content, "f.json": content})
    lint.check({"m.bpmn": f"{HEAD}".encode() + content + b"</bpmn:definitions>"})


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_expression_time_or_name_makes_lint_raise(text: str) -> None:
    [root] = [etree.fromstring((FIXTURES / "timer" / "valid.bpmn").read_bytes())]
    for element in root.iter("{*}timeDuration", "{*}timeDate", "{*}timerEventDefinition"):
        try:
            element.text = text
            element.set(f"{{{definition.SOPAN}}}warn", text)
        except ValueError:
            return  # not XML
    lint.check({"m.bpmn": etree.tostring(root)})
