"""Decision tables: hit policies, cells, types, what is refused; and a business rule task that asks one."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from decisions import dmn, table
from hypothesis import given, settings
from hypothesis import strategies as st
from models import model
from sqlalchemy.orm import Session
from test_spiff import Case

from engine import cases, clock, deployments, library, lint, replay
from engine import dmn as decisions
from engine.errors import Refused, Rejected
from engine.feel import Scope
from engine.model import StartRight
from engine.people import Actor, today
from engine.transaction import transaction

NOW = datetime(2026, 1, 5, tzinfo=UTC)
METHOD = """U nilai:number kategori > metode:string
<= 50000000 | - | "pengadaan langsung"
(50000000..200000000] | "jasa","barang" | "e-purchasing"
> 200000000 | not("darurat") | "tender"
"""


def answer(text: str, asks: str = "", **data: Any) -> Any:
    found = {decision.key: decision for decision in decisions.read(dmn(table("d", text), asks), "d.dmn")}
    return decisions.decide("d", found, Scope(data, NOW))


@pytest.mark.parametrize(("nilai", "kategori", "metode"), [
    (50_000_000, "x", "pengadaan langsung"), (50_000_001, "jasa", "e-purchasing"),
    (200_000_000, "barang", "e-purchasing"),
    (200_000_000, "lain", None), (200_000_001, "jasa", "tender"), (200_000_001, "darurat", None), (None, "jasa", None),
])  # fmt: skip
def test_a_unique_table_gives_the_answer_of_its_rule(nilai: int | None, kategori: str, metode: str | None) -> None:
    assert answer(METHOD, nilai=None if nilai is None else Decimal(nilai), kategori=kategori) == metode


@pytest.mark.parametrize(("policy", "expected"), [
    ("F", 2), ("R", [2, 3, 2]), ("C", [2, 3, 2]), ("C:SUM", 7), ("C:MIN", 2), ("C:MAX", 3), ("C:COUNT", 3),
])  # fmt: skip
def test_every_hit_policy(policy: str, expected: object) -> None:
    assert answer(f"{policy} x > y\n> 1 | 2\n> 2 | 3\n> 3 | 2\n< 0 | 9", x=Decimal(5)) == expected


@pytest.mark.parametrize(("policy", "expected"), [
    ("U", None), ("F", None), ("A", None), ("R", []), ("C", []), ("C:SUM", None), ("C:COUNT", 0), ("C:MIN", None),
])  # fmt: skip
def test_nothing_that_matches(policy: str, expected: object) -> None:
    assert answer(f"{policy} x > y\n> 9 | 2", x=Decimal(5)) == expected


def test_two_answers_where_one_may_be_are_refused_with_their_numbers() -> None:
    with pytest.raises(Refused, match="1, 3"):
        answer("U x > y\n> 1 | 2\n> 9 | 3\n> 3 | 2", x=Decimal(5))
    assert answer("A x > y\n> 1 | 2\n> 3 | 2", x=Decimal(5)) == 2
    with pytest.raises(Refused, match="1, 2"):
        answer("A x > y\n> 1 | 2\n> 3 | 4", x=Decimal(5))


def test_several_outputs_are_a_context_and_cells_may_calculate() -> None:
    got = answer('U x > batas catatan\n? > 1 and ? < 9 | x * 2 | "n: " + string(x)', x=Decimal(5))
    assert got == {"batas": 10, "catatan": "n: 5"}


@pytest.mark.parametrize("x", ["lima", True, [Decimal(1)]])
def test_a_value_of_another_type_is_refused(x: object) -> None:
    with pytest.raises(Refused, match="number"):
        answer("U x:number > y\n- | 1", x=x)
    with pytest.raises(Refused, match="string"):
        answer("U x > y:string\n- | 1", x=x)


def test_a_decision_asks_another_first() -> None:
    base = table("kelas", 'U nilai > k\n> 10 | "besar"\n<= 10 | "kecil"')
    text = table("d", 'U kelas > y\n"besar" | 1\n"kecil" | 2', ("kelas",))
    found = {decision.key: decision for decision in decisions.read(dmn(base, text), "d.dmn")}
    assert [decisions.decide("d", found, Scope({"nilai": Decimal(n)}, NOW)) for n in (11, 10)] == [1, 2]


def test_one_expression_is_a_decision_too() -> None:
    content = dmn('<decision id="d"><literalExpression><text>x + 1</text></literalExpression></decision>')
    assert (
        decisions.decide("d", {d.key: d for d in decisions.read(content, "d.dmn")}, Scope({"x": Decimal(1)}, NOW)) == 2
    )


GOOD = table("d", "U x > y\n- | 1")


@pytest.mark.parametrize(("content", "element"), [
    (b"<a/>", None), (b"x", None), (b'<!DOCTYPE a [<!ENTITY b "x">]>' + dmn(GOOD), None),
    (dmn(GOOD, GOOD), "d"), (dmn(GOOD.replace('id="d"', 'id="a b"')), "a b"),
    (dmn(GOOD.replace("UNIQUE", "PRIORITY")), "t_d"), (dmn(GOOD.replace("UNIQUE", "OUTPUT ORDER")), "t_d"),
    (dmn(GOOD.replace('hitPolicy="UNIQUE"', 'hitPolicy="UNIQUE" aggregation="SUM"')), "t_d"),
    (dmn(GOOD.replace("<text>-</text>", "<text>&gt; &gt;</text>")), "c1_0"),
    (dmn(GOOD.replace("<text>1</text>", "<text></text>")), "c1_1"),
    (dmn(GOOD.replace("<text>x</text>", "<text></text>")), "e0"),
    (dmn(GOOD.replace('id="e0"', 'id="e0" typeRef="uang"')), "e0"),
    (dmn(GOOD.replace('id="e0"', 'id="e0" expressionLanguage="javascript"')), "e0"),
    (dmn(GOOD.replace('<inputEntry id="c1_0"><text>-</text></inputEntry>', "")), "r1"),
    (dmn(table("d", "U x > a-b c\n- | 1 | 2")), "o0"), (dmn(table("d", "U x > y\n- | 1", ("lain",))), "d_q_lain"),
    (dmn(table("d", "U x > y\n- | 1", ("d",))), "d"), (dmn('<decision id="d"/>'), "d"),
    (dmn('<decision id="d"><context id="k"/></decision>'), "k"),
    (dmn(GOOD, '<businessKnowledgeModel id="b"/>'), "b"), (dmn(GOOD, '<itemDefinition id="t"/>'), "t"),
    (dmn(GOOD, '<import id="m"/>'), "m"),
])  # fmt: skip
def test_what_cannot_be_decided_rightly_is_refused_naming_it(content: bytes, element: str | None) -> None:
    with pytest.raises(Rejected) as refused:
        decisions.read(content, "d.dmn")
    assert element in {problem.element for problem in refused.value.problems}
    assert {p.element for p in lint.check({"d.dmn": content}) if p.severity == "error"} >= {element}


def test_a_decision_stands_in_one_file_only() -> None:
    found = [(p.file, p.element, p.rule) for p in lint.check({"a.dmn": dmn(GOOD), "b.dmn": dmn(GOOD)})]
    assert found == [("b.dmn", "d", "decision-once")]


CELLS: dict[str, Callable[[int], bool]] = {
    "-": lambda x: True, "3": lambda x: x == 3, "< 4": lambda x: x < 4, ">= 2": lambda x: x >= 2,
    "[1..3]": lambda x: 1 <= x <= 3, "(1..3)": lambda x: 1 < x < 3, "[2..5)": lambda x: 2 <= x < 5,
    "]1..3[": lambda x: 1 < x < 3, "[2..4[, 6": lambda x: 2 <= x < 4 or x == 6, "]2..4]": lambda x: 2 < x <= 4,
    '? in ]1..3[ or ? = 5': lambda x: 1 < x < 3 or x == 5,
    "1,4": lambda x: x in (1, 4), "not(2,3)": lambda x: x not in (2, 3), "? * 2 > 6": lambda x: x > 3,
    "not(> 3)": lambda x: not x > 3,
}  # fmt: skip


@given(
    st.lists(st.tuples(*[st.sampled_from(list(CELLS))] * 2, st.integers(0, 3)), min_size=1, max_size=6),
    st.integers(0, 6), st.integers(0, 6), st.sampled_from("UFACR"),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_a_table_of_numbers_is_like_a_few_lines_of_python(
    rows: list[tuple[str, str, int]], x: int, y: int, policy: str
) -> None:
    hits = [out for first, second, out in rows if CELLS[first](x) and CELLS[second](y)]
    text = "\n".join([f"{policy} x:number y:number > z", *(" | ".join(map(str, row)) for row in rows)])
    if policy in "CR":
        assert answer(text, x=Decimal(x), y=Decimal(y)) == hits
    elif policy == "U" and len(hits) > 1 or policy == "A" and len(set(hits)) > 1:
        with pytest.raises(Refused):
            answer(text, x=Decimal(x), y=Decimal(y))
    else:
        assert answer(text, x=Decimal(x), y=Decimal(y)) == (hits[0] if hits else None)


RULES = "start S | rule R decision=d {how} | xor G default=g | user A | user B | end E | S > R | R > G"
RULES += " | G > A : {asked} = 1 | G > B g | A > E | B > E"


@pytest.mark.parametrize(("how", "asked"), [("", "d"), ("result=hasil", "hasil"), ("each=l item=x into=h", "h[2]")])
def test_a_business_rule_task_writes_the_answer(how: str, asked: str) -> None:
    how += " out=d" if "each" in how else ""
    known = {d.key: d for d in decisions.read(dmn(table("d", "U x > y\n> 1 | 1\n<= 1 | 2")), "d.dmn")}
    case = Case(RULES.format(how=how, asked=asked), known, x=Decimal(2), l=[Decimal(1), Decimal(2)])
    assert case.ids == ["A"]
    with pytest.raises(Refused, match="d"):
        Case(RULES.format(how=how, asked=asked), {}, x=Decimal(2), l=[Decimal(1)])


def test_tables_are_deployed_with_the_model(session: Session, cast: dict[str, Actor]) -> None:
    rules = model(RULES.format(how="result=hasil", asked="hasil"))
    with pytest.raises(Rejected, match="decision-known"), transaction(session):
        deployments.deploy(session, {"p.bpmn": rules}, "system")
    with transaction(session):
        done, _ = deployments.deploy(session, {"p.bpmn": rules, "d.dmn": dmn(GOOD)}, "system")
        session.add(StartRight(key="p", role_key="ppk", begins=today()))
    assert [(one.key, one.version) for one in done] == [("d", 1), ("p", 1)]
    with transaction(session):
        case = cases.start(session, "p", cast["ppk"], {}, typed=True)
    assert [item.element for item in cases.open_items(session, [case.id])[case.id]] == ["A"]
    assert case.variables["hasil"] == {"$n": "1"} and list(replay.differences(session, case)) == []


def test_a_decision_that_a_newer_file_has_no_more_stays_as_it_was_deployed(
    session: Session, cast: dict[str, Actor]
) -> None:
    for content in (dmn(GOOD, table("b", "U x > y\n- | 1")), dmn(GOOD.replace("<text>1</text>", "<text>2</text>"))):
        with transaction(session):
            deployments.deploy(session, {"d.dmn": content}, "system")
    found = library.in_force(session, clock.business())
    assert found is not None
    known = library.library(session, found.digest).decisions
    assert [decisions.decide(key, known, Scope({}, NOW)) for key in ("d", "b")] == [2, 1]
