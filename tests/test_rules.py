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
from engine.rules._net import Net
from engine.rules._runs import runs, search

ROOT = Path(__file__).parent.parent
RULES = {rules.name(rule): rule for rule in rules.ALL}
FIXTURES = ROOT / "tests" / "rules"
VALID = sorted(FIXTURES.glob("*/valid.*"))
INVALID = sorted(FIXTURES.glob("*/invalid-*.*"))
SHIPPED = sorted((ROOT / "bpmn").glob("*.bpmn"))
FORMS = {path.name: path.read_bytes() for path in sorted((ROOT / "forms").glob("*.json"))}
DOCUMENTED = (ROOT / "docs/reference/rules.md").read_text()
FORM = (
    b'{"type": "default", "schemaVersion": 16, "id": "%s", '
    b'"components": [{"type": "textfield", "id": "F1", "key": "nama_paket", "label": "Nama paket"}]}'
)
BESIDE = ("process-once", "form-once", "decision-once", "lane-role", "more-problems")  # no file each
SMALL = "start S | user A called=x | end E\nS > A | A > E"


def broken(content: bytes, file: str = "m.bpmn") -> set[tuple[str | None, str]]:
    """(element, rule) of every error in a file."""
    return {(p.element, p.rule) for p in lint.check({file: content}) if p.severity == "error"}


def rule_of(path: Path) -> str:
    return path.parent.name.replace("_", "-")


def files_of(path: Path) -> dict[str, bytes]:
    """A model or a file of decisions, and the forms beside it."""
    return {path.name: path.read_bytes()} | {form.name: form.read_bytes() for form in path.parent.glob("*.json")}


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
    assert list(folder.glob("valid.*"))
    assert list(folder.glob("invalid-*.*"))


@pytest.mark.parametrize("name", [*RULES, "process-once", "form-once", "decision-once", "lane-role", "more-problems"])
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


def test_a_called_process_may_be_in_another_file_or_deployed_already() -> None:
    content = (FIXTURES / "call_known" / "invalid-A.bpmn").read_bytes()

    def told(files: dict[str, bytes], known: set[str]) -> set[str | None]:
        return {p.element for p in lint.check(files, (), known) if p.rule == "call-known"}

    assert told({"m.bpmn": content}, set()) == {"A"}
    assert told({"m.bpmn": content}, {"tidak_ada"}) == set()
    assert told({"m.bpmn": content, "n.bpmn": model(SMALL, "tidak_ada")}, set()) == set()


def test_an_overlap_is_told_with_a_value_and_the_flow_that_wins() -> None:
    text = """start S | user A called=x | xor G default=d | user B called=y | user C called=z | end E
    S > A | A > G | G > B besar : n > 10 | G > C lain : n >= 10 and n < 12 | G > E d | B > E | C > E"""
    [problem] = lint.check({"m.bpmn": model(text)})
    assert (problem.rule, problem.element) == ("condition-overlap", "lain")
    assert "n = 11" in problem.message and "alur besar" in problem.message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("n > 10", "n <= 10"), ('hasil = "ya"', 'hasil = "tidak"'), ("n > 10", "m > 10"),
        ("x in [1..9]", "x in [10..20]"), ("setuju", "not(setuju)"), ("tgl < today()", "tgl < now()"),
        ('t < date("2026-01-02")', 't >= date("2026-01-02")'),
    ],
)  # fmt: skip
def test_conditions_that_exclude_each_other_or_cannot_be_decided_are_left_alone(one: str, other: str) -> None:
    text = f"""start S | user A called=x | xor G default=d | user B called=y | user C called=z | end E
    S > A | A > G | G > B b : {one} | G > C c : {other} | G > E d | B > E | C > E"""
    assert lint.check({"m.bpmn": model(text)}) == []


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


def agree(content: bytes) -> None:
    """Where the search of every move comes to its end, the reduced one has found the same steps and ends."""
    [process] = definition.read(content, "m.bpmn")
    for lenient in (False, True):
        reduced, plain = search(Net(process, lenient)), search(Net(process, lenient), reduced=False)
        if plain.complete and not reduced.doubled:
            assert (reduced.ran, reduced.ends, reduced.complete) == (plain.ran, plain.ends, True)
    if plain.complete and runs(process).complete:
        assert (runs(process).ran, runs(process).ends) == (plain.ran, plain.ends)


def warned(text: str) -> set[tuple[str | None, str]]:
    return {(p.element, p.rule) for p in lint.check({"m.bpmn": model(text)})}


RACE = """start S | race R | catch C at=PT1H | catch D message=m | user A called=x | user B called=y | end E
S > R | R > C | R > D | C > A | D > B
"""
NEST = """start S | sub U | start US in=U | and P in=U | user A in=U called=x | user B in=U called=y | end E
S > U | US > P | P > A | P > B
"""


def test_a_step_that_only_some_order_of_doubled_tokens_reaches_is_no_error() -> None:
    text = """start S | user A called=x | and J | end E
    timer V on=A at=P1D interrupting | timer W on=A at=P2D interrupting
    S > A | A > J | A > A a1 | A > A a2 | V > J | W > J | J > E"""
    assert {p.rule for p in lint.check({"m.bpmn": model(text)})} == {"second-token", "may-deadlock"}


def test_a_race_is_a_choice() -> None:
    assert warned(RACE + "A > E | B > E") == set()
    assert warned(RACE + "and J | A > J | B > J | J > E") >= {(name, "reachable") for name in "JE"}


def test_a_link_is_a_way() -> None:
    text = "start S | user A called=x | throw T link=l | catch C link=l | and J | end E\nS > A | A > T | C > J | J > E"
    assert warned(text) == {("J", "gateway-useless")}


def test_a_sub_process_is_explored_as_a_whole() -> None:
    joined = "and J in=U | end UE in=U | A > J | B > J | J > UE | U > E"
    assert warned(NEST + joined) == set()
    assert warned(NEST + "end UE in=U | A > UE | B > UE | U > E") == set()  # ends when both have
    stuck = (
        "xor G in=U default=d | user D in=U called=z | and J in=U | end UE in=U | A > G | G > D : x | D > UE | G > J d"
    )
    assert ("J", "may-deadlock") in warned(NEST + stuck + " | B > J | J > UE | U > E")


def test_what_ends_a_sub_process_ends_all_in_it() -> None:
    timed = NEST + "end UE in=U | A > UE | B > UE | U > E | timer W on=U at=P1D {} | user L called=l | W > L | L > E"
    assert warned(timed.format("interrupting")) == warned(timed.format("")) == set()
    failed = NEST + "end X in=U error=c | boundary F on=U error=c interrupting | A > X | B > X | U > E | F > E"
    assert warned(failed + " | timer W on=U at=P1D interrupting | W > E") == set()
    ended = (
        "start S | sub U | start US in=U | user A in=U called=x | {} X in=U | user B called=y | end E\nS > U | US > A"
    )
    assert warned(ended.format("terminate") + " | A > X | U > B | B > E") == set()


def test_what_only_an_error_cuts_off_is_no_reason_to_refuse() -> None:
    text = "start S | sub U | start US in=U | user A in=U called=x | end X in=U error=c | user B called=y | end E\n"
    assert warned(text + "S > U | US > A | A > X | U > B | B > E") == set()


KINDS = ("user", "xor", "and", "end", "terminate", "race")


Tangle = tuple[list[str], list[tuple[int, int]], list[tuple[int, bool]]]
TANGLES = st.tuples(
    st.lists(st.sampled_from((*KINDS, "sub")), min_size=2, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=5, unique=True),
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=2),
)


def scope(tangle: Tangle, within: str, inner: Tangle | None) -> list[str]:
    """The lines of a random scope; its sub-processes hold the inner one."""
    (kinds, flows, events), place, lines = tangle, f" in={within}" if within else "", []
    size, start = len(kinds), f"S{within}"
    lines += [f"start {start}{place}", f"{start} > N{within}0"]
    for n, kind in enumerate(kinds):
        kind = "user" if kind == "sub" and inner is None else kind
        name = "x error=c" if kind == "end" and within and n % 2 else ""
        lines.append(f"{kind} N{within}{n}{place} {name.removeprefix('x ')}")
        lines += scope(inner, f"N{within}{n}", None) if kind == "sub" and inner else []
    hosts = [(n % size, stops) for n, stops in events if kinds[n % size] in ("user", "sub")]
    for n, (host, stops) in enumerate(hosts):
        event = f"{within}{n} on=N{within}{host}{place} {'interrupting' if stops else ''}"
        caught = stops and n and kinds[host] == "sub"
        lines += [f"boundary W{event} error=c" if caught else f"timer W{event} at=P1D"]
        lines += [f"W{within}{n} > N{within}{(host + 1) % size}"]
    ended = ("end", "terminate")
    lines += [f"N{within}{a % size} > N{within}{b % size}" for a, b in flows if kinds[a % size] not in ended]
    return lines


@settings(max_examples=80, deadline=None)
@given(TANGLES, TANGLES)
def test_the_reduced_search_of_nested_scopes_finds_what_the_plain_one_finds(outer: Tangle, inner: Tangle) -> None:
    agree(model("\n".join(scope(outer, "", inner))))


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
    agree(model("\n".join(lines)))


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


def test_a_boundary_event_attached_to_nothing_is_a_problem_not_an_exception() -> None:
    assert ("W", "flow-refs") in broken(
        model("start S | user A | timer W on=B at=PT1H | end E | S > A | A > E | W > E")
    )


def test_a_comment_in_a_reference_changes_nothing() -> None:
    content = model("start S | user A lane=PPK called=x | end E | S > A | A > E")
    assert lint.check({"m.bpmn": content.replace(b"Ref>A<", b"Ref>A<!-- x --><")}) == lint.check({"m.bpmn": content})
