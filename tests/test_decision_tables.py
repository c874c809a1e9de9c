"""Decision tables: what they say, what they refuse to say, and which files are refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from decision_tables import SPACE, decision, file, table
from hypothesis import given, settings
from hypothesis import strategies as st
from test_spiff import Case

from engine import dmn, lint
from engine.dmn.grammar import VERSIONS
from engine.errors import Refused, Rejected
from engine.feel import Scope
from engine.values import Value

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
RISK = """UNIQUE | harga:number | metode:string -> risiko:string
    < 50 | - -> "rendah"
    >= 50 | "tender", "seleksi" -> "sedang"
    >= 50 | not("tender", "seleksi") -> "tinggi"
"""


def decide(content: bytes, variables: dict[str, Any] | None = None, key: str = "d") -> Value:
    """What the decision of a file says; numbers may be written as int."""
    found = {one.key: one for one in dmn.read(content, "k.dmn")}
    return dmn.decide(key, found, Scope({name: number(value) for name, value in (variables or {}).items()}, NOW))


def number(value: Value) -> Value:
    return Decimal(value) if type(value) is int else value


def refused(content: bytes) -> set[tuple[str | None, str]]:
    """(element, rule) of every problem of a file that is refused."""
    with pytest.raises(Rejected) as error:
        dmn.read(content, "k.dmn")
    assert all(p.file == "k.dmn" and p.severity == "error" for p in error.value.problems)
    return {(p.element, p.rule) for p in error.value.problems}


def rows(policy: str, *lines: str, head: str = "x:number -> y") -> bytes:
    return table("\n".join([f"{policy} | {head}", *lines]))


@pytest.mark.parametrize(
    ("harga", "metode", "wanted"),
    [(49, "tender", "rendah"), (50, "seleksi", "sedang"), (50, "e-purchasing", "tinggi"), (None, "tender", None)],
)
def test_a_unique_table_says_what_its_one_matching_rule_says(harga: int | None, metode: str, wanted: Any) -> None:
    assert decide(table(RISK), {"harga": harga, "metode": metode}) == wanted


@pytest.mark.parametrize("space", VERSIONS)
def test_each_version_of_dmn_is_read(space: str) -> None:
    assert decide(file(decision(RISK), space=space), {"harga": 1}) == "rendah"


def test_two_matches_in_a_unique_table_are_refused_by_number() -> None:
    content = rows("UNIQUE", "> 1 -> 1", "> 9 -> 2", "> 2 -> 1")
    assert decide(content, {"x": 2}) == 1
    with pytest.raises(Refused, match="Keputusan d: aturan 1, 3 cocok bersamaan"):
        decide(content, {"x": 3})


def test_any_takes_what_its_rules_agree_on_and_refuses_where_they_do_not() -> None:
    content = rows("ANY", "> 1 -> 1.0", "> 2 -> 1", "> 3 -> 2")
    assert decide(content, {"x": 3}) == 1
    with pytest.raises(Refused, match="aturan 1, 2, 3 cocok dengan keluaran berbeda"):
        decide(content, {"x": 4})


def test_any_compares_all_outputs() -> None:
    content = rows("ANY", "> 1 -> 1 | 2", "> 2 -> 1 | 3", head="x -> a | b")
    assert decide(content, {"x": 2}) == {"a": 1, "b": 2}
    with pytest.raises(Refused, match="berbeda"):
        decide(content, {"x": 3})


def test_first_takes_the_first_and_asks_no_further() -> None:
    assert decide(rows("FIRST", '> 1 -> "a"', '> 0 -> "b"', "? + 1 -> 1"), {"x": 2}) == "a"


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_collect_and_rule_order_give_a_list_in_the_order_of_the_rules(policy: str) -> None:
    content = rows(policy, "> 1 -> 3", "> 2 -> 1", "> 0 -> 3")
    assert [decide(content, {"x": x}) for x in (2, 3, 0)] == [[3, 3], [3, 1, 3], []]


@pytest.mark.parametrize(
    ("how", "wanted", "none"), [("SUM", 7, None), ("MIN", 1, None), ("MAX", 3, None), ("COUNT", 3, 0)]
)
def test_collect_aggregates(how: str, wanted: Any, none: Any) -> None:
    content = rows(f"COLLECT+{how}", "> 1 -> 3", "> 2 -> 1", "> 0 -> 3", head="x:number -> y:number")
    assert (decide(content, {"x": 3}), decide(content, {"x": 0})) == (wanted, none)


def test_what_cannot_be_aggregated_is_refused() -> None:
    with pytest.raises(Refused, match="aturan 1, 2 tidak dapat digabung dengan SUM"):
        decide(rows("COLLECT+SUM", "- -> 1", '- -> "a"'), {})


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST"])
def test_without_a_match_the_default_counts_or_null(policy: str) -> None:
    assert decide(rows(policy, "> 1 -> 1"), {"x": 0}) is None
    assert decide(rows(policy, "> 1 -> 1", "default -> x + 5"), {"x": 0}) == 5
    assert decide(rows("COLLECT+SUM", "> 1 -> 1", "default -> 0"), {"x": 0}) == 0


def test_several_outputs_make_a_context() -> None:
    content = rows("UNIQUE", '> 1 -> "a" | x * 2', 'default -> "b" | 0', head="x -> nama:string | nilai:number")
    assert decide(content, {"x": 2}) == {"nama": "a", "nilai": 4}
    assert decide(content, {"x": 1}) == {"nama": "b", "nilai": 0}


def test_a_table_without_inputs_says_the_same_always() -> None:
    assert decide(table("FIRST -> y\n -> today()")) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("number", Decimal("1.5"), "1"),
        ("integer", Decimal(2), Decimal("2.5")),
        ("string", "a", Decimal(1)),
        ("boolean", False, "false"),
        ("date", date(2026, 1, 5), "2026-01-05"),
        ("date", date(2026, 1, 5), NOW),
        ("dateTime", NOW, date(2026, 1, 5)),
    ],
)
def test_an_input_of_another_type_is_refused_and_null_is_of_every_type(kind: str, good: Any, bad: Any) -> None:
    content = rows("UNIQUE", "null -> 0", "not(null) -> 1", head=f"x:{kind} -> y")
    assert [decide(content, {"x": x}) for x in (None, good)] == [0, 1]
    with pytest.raises(Refused, match=f"masukan x harus {kind}, ternyata "):
        decide(content, {"x": bad})


def test_an_output_of_another_type_is_refused() -> None:
    content = rows("UNIQUE", '1 -> "a"', "2 -> 1", 'default -> "b"', head="x -> y:number")
    assert decide(content, {"x": 2}) == 1
    for x, rule in ((1, "1"), (3, "default")):
        with pytest.raises(Refused, match=f"aturan {rule}: keluaran y harus number, ternyata string"):
            decide(content, {"x": x})


def test_a_result_of_another_type_is_refused() -> None:
    content = table("UNIQUE | x -> y\n- -> x").replace(
        b"<decisionTable", b'<variable name="y" typeRef="date"/><decisionTable'
    )
    with pytest.raises(Refused, match="hasilnya harus date, ternyata string"):
        decide(content, {"x": "2026-01-05"})


def test_values_that_a_column_does_not_allow_are_refused() -> None:
    content = rows("UNIQUE", "- -> x", head="x -> y").replace(
        b"</inputExpression>", b"</inputExpression><inputValues><text>1, 2</text></inputValues>"
    )
    content = content.replace(b'name="y">', b'name="y"><outputValues><text>[0..1]</text></outputValues>')
    assert [decide(content, {"x": x}) for x in (1, None)] == [1, None]
    with pytest.raises(Refused, match="aturan 1: keluaran y tidak termasuk"):
        decide(content, {"x": 2})
    with pytest.raises(Refused, match="masukan x tidak termasuk"):
        decide(content, {"x": 3})


def test_a_decision_reads_what_it_requires_by_name_and_each_is_taken_once() -> None:
    content = file(
        decision("a + b", needs=("kiri", "kanan")),
        decision("FIRST | dasar -> y\n- -> dasar + 1", "kiri", ("dasar",), name="a"),
        decision("dasar * 10", "kanan", ("dasar",), name="Sisi kanan").replace("<lit", '<variable name="b"/><lit'),
        decision("x * 2", "dasar"),
    )
    assert decide(content, {"x": 3, "a": 99}) == 7 + 60
    assert [one.key for one in dmn.read(content, "k.dmn")] == ["d", "kiri", "kanan", "dasar"]


def test_a_decision_does_not_see_what_it_does_not_require() -> None:
    content = file(decision("dasar", needs=("kiri",)), decision("dasar", "kiri", ("dasar",)), decision("1", "dasar"))
    assert decide(content) is None


def test_annotations_and_data_of_other_tools_are_left_alone() -> None:
    extra = '<annotation name="Dasar"/><rule id="r"><extensionElements><x:y xmlns:x="urn:x"/></extensionElements>'
    content = table("FIRST -> y\n -> 1").replace(b'<rule id="d_r1">', extra.encode())
    content = content.replace(b"</rule>", b"<annotationEntry><text>Perpres</text></annotationEntry></rule>")
    content = content.replace(b"</definitions>", b'<inputData id="i" name="Harga pagu"/></definitions>')
    assert decide(content) == 1


def test_one_budget_holds_for_a_whole_decision() -> None:
    slow = "count(for i in 1..9999 return i)"
    assert decide(file(decision(slow))) == 9999
    with pytest.raises(Refused, match="Keputusan d: Perhitungan melebihi|aturan .*: Perhitungan melebihi"):
        decide(rows("COLLECT", *[f"- -> {slow}"] * 20), {})


def test_a_cell_that_fails_is_named_by_its_rule_and_an_input_by_its_name() -> None:
    with pytest.raises(Refused, match=r"Keputusan Risiko, aturan 2: Sel dengan \? menghasilkan number"):
        decide(file(decision("UNIQUE | x -> y\n> 5 -> 1\n? + 1 -> 2", name="Risiko")), {"x": 1})
    with pytest.raises(Refused, match="Keputusan d, masukan x .* 9999999: Pangkat lebih dari"):
        decide(table("UNIQUE | x ** 9999999 -> y\n- -> 1"), {"x": 2})


GOOD = decision(RISK)
VARIABLE = b'<variable id="v" name="d" typeRef="number"/><decisionTable'
BROKEN = {
    "no dmn": (b"<a/>", {(None, "dmn")}),
    "another version": (file(GOOD, space="http://www.omg.org/spec/DMN/20991231/MODEL/"), {(None, "dmn")}),
    "a doctype": (b"<!DOCTYPE a>" + file(GOOD), {(None, "doctype")}),
    "not xml": (b"halo", {(None, "xml")}),
    "no decision": (file(), {("defs", "decision-id")}),
    "a circle": (
        file(decision("1", "a", ("b",)), decision("1", "b", ("c",)), decision("1", "c", ("a",))),
        {("a", "decision-requirement")},
    ),
    "itself": (file(decision("1", "a", ("a",))), {("a", "decision-requirement")}),
    "another file": (
        file(decision("1", "a", ("b",)).replace("#b", "lain.dmn#b"), decision("1", "b")),
        {("a_b", "decision-requirement")},
    ),
    "no such data": (
        file(decision("1", needs=("b",)).replace("requiredDecision", "requiredInput"), decision("1", "b")),
        {("d_b", "decision-requirement")},
    ),
    "an unreadable name": (
        file(decision("1", "a", ("b-1",)), decision("1", "b-1", name="Dua kata")),
        {("b-1", "decision-requirement")},
    ),
    "one name for two": (
        file(decision("1", "a", ("b", "c")), decision("1", "b", name="x"), decision("1", "c", name="x")),
        {("a_c", "decision-requirement")},
    ),
    "priority": (table("PRIORITY -> y\n -> 1"), {("d_t", "decision-element")}),
    "output order": (table("OUTPUT ORDER -> y\n -> 1"), {("d_t", "decision-element")}),
    "another language": (
        file(decision("1").replace('"d_e"', '"d_e" expressionLanguage="juel"')),
        {("d_e", "decision-element")},
    ),
    "a default where a list comes": (
        table("COLLECT | x -> y\n> 1 -> 1\ndefault -> 0"),
        {("d_o1", "decision-table")},
    ),
    "a default of one of two": (
        table("UNIQUE | x -> a | b\n> 1 -> 1 | 2\ndefault -> 0"),
        {("d_t", "decision-table")},
    ),
    "two outputs aggregated": (table("COLLECT+SUM | x -> a | b\n> 1 -> 1 | 2"), {("d_t", "decision-table")}),
    "aggregated but not collected": (table("FIRST+SUM | x -> a\n> 1 -> 1"), {("d_t", "decision-table")}),
    "outputs of one name": (table("FIRST | x -> a | a\n> 1 -> 1 | 2"), {("d_o2", "decision-table")}),
    "an output without name": (table("FIRST | x -> a |\n> 1 -> 1 | 2"), {("d_o2", "decision-table")}),
    "too few cells": (table("FIRST | x -> a\n> 1 | 2 -> 1"), {("d_r1", "decision-table")}),
    "no rules": (table("FIRST | x -> a"), {("d_t", "decision-table")}),
    "an empty output": (table("FIRST | x -> a\n> 1 ->"), {("d_r1_o2", "decision-cell")}),
    "an unreadable default": (table("FIRST | x -> a\n> 1 -> 1\ndefault -> ("), {("d_o1", "decision-cell")}),
    "an unknown type": (table("FIRST | x:tUang -> a\n> 1 -> 1"), {("d_i1_e", "decision-type")}),
    "a list as a number": (
        table("COLLECT | x -> a\n> 1 -> 1").replace(b"<decisionTable", VARIABLE),
        {("v", "decision-type")},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "wanted"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_not_executed_rightly_is_refused_by_name(content: bytes, wanted: Any) -> None:
    assert refused(content) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "context",
        "relation",
        "list",
        "invocation",
        "functionDefinition",
        "conditional",
        "for",
        "every",
        "some",
        "filter",
    ],
)
def test_boxed_expressions_are_refused(name: str) -> None:
    found = refused(file(f'<decision id="d"><{name} id="e"/></decision>'))
    assert found == {("e", "decision-element"), ("d", "decision-table")}


@pytest.mark.parametrize("name", ["businessKnowledgeModel", "decisionService", "itemDefinition", "import"])
def test_what_stands_beside_decisions_and_is_not_executed_is_refused(name: str) -> None:
    assert refused(file(f'<{name} id="e"/>', GOOD)) == {("e", "decision-element")}


def test_a_file_of_too_many_cells_is_refused_at_once() -> None:
    content = rows("FIRST", *[f"{n} -> {n}" for n in range(5_001)])
    assert refused(content) == {("defs", "decision-cell")}


def test_a_broken_cell_is_told_by_row_and_column() -> None:
    with pytest.raises(Rejected, match="Aturan 2, kolom harga: bukan FEEL yang benar. Baris 1 kolom 3"):
        dmn.read(table("UNIQUE | harga -> y\n> 1 -> 1\n> ) -> 2"), "k.dmn")


NUMBERS = st.integers(-3, 3)
CELLS = st.one_of(
    st.just(("-", lambda x: True)),
    NUMBERS.map(lambda n: (f"{n}", lambda x: x == n)),
    NUMBERS.map(lambda n: (f"< {n}", lambda x: x < n)),
    NUMBERS.map(lambda n: (f">= {n}", lambda x: x >= n)),
    NUMBERS.map(lambda n: (f"not({n})", lambda x: x != n)),
    st.tuples(NUMBERS, NUMBERS).map(lambda p: (f"[{p[0]}..{p[1]})", lambda x: p[0] <= x < p[1])),
    st.tuples(NUMBERS, NUMBERS).map(lambda p: (f"{p[0]}, {p[1]}", lambda x: x in p)),
    NUMBERS.map(lambda n: (f"? * 2 > {n}", lambda x: x * 2 > n)),
)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.tuples(
        st.lists(st.tuples(st.lists(CELLS, min_size=width, max_size=width), NUMBERS), min_size=1, max_size=6),
        st.lists(NUMBERS, min_size=width, max_size=width),
    )
)
NAIVE = {
    "UNIQUE": lambda found: None if not found else found[0] if len(found) == 1 else Refused,
    "ANY": lambda found: None if not found else found[0] if len(set(found)) == 1 else Refused,
    "FIRST": lambda found: found[0] if found else None,
    "COLLECT": lambda found: found,
    "RULE ORDER": lambda found: found,
    "COLLECT+SUM": lambda found: sum(found) if found else None,
    "COLLECT+MIN": lambda found: min(found, default=None),
    "COLLECT+MAX": lambda found: max(found, default=None),
    "COLLECT+COUNT": len,
}


@settings(max_examples=200, deadline=None)
@given(TABLES, st.sampled_from(sorted(NAIVE)))
def test_a_table_of_numbers_says_what_a_naive_reading_says(drawn: Any, policy: str) -> None:
    rules, asked = drawn
    found = [given for cells, given in rules if all(test(x) for (_, test), x in zip(cells, asked, strict=True))]
    wanted = NAIVE[policy](found)
    names = [f"x{n}" for n in range(len(asked))]
    lines = [f"{' | '.join(text for text, _ in cells)} -> {given}" for cells, given in rules]
    content = rows(policy, *lines, head=f"{' | '.join(names)} -> y")
    try:
        said = decide(content, dict(zip(names, asked, strict=True)))
    except Refused:
        said = Refused
    assert said == wanted


@given(st.binary(max_size=200))
def test_any_bytes_are_decisions_or_refused(content: bytes) -> None:
    for one in (content, f'<definitions xmlns="{SPACE}">'.encode() + content + b"</definitions>"):
        try:
            dmn.read(one, "k.dmn")
        except Rejected:
            continue


def warned(text: str) -> dict[str, str]:
    return {p.rule: p.message for p in lint.check({"k.dmn": table(text)})}


def test_an_overlap_is_told_with_the_values_that_both_rules_accept() -> None:
    told = warned(
        'UNIQUE | harga:number | cara -> y\n[1..9] | - -> 1\n> 9 | "a" -> 2\n>= 9 | not("a") -> 3\ndefault -> 0'
    )
    assert list(told) == ["decision-overlap"]
    assert told["decision-overlap"].startswith('Bila harga = 9, cara = "lainnya", aturan 3 dan aturan 1 sama-sama')


def test_a_gap_is_told_with_values_that_no_rule_accepts() -> None:
    told = warned("UNIQUE | harga:number | setuju:boolean -> y\n< 9 | - -> 1\n>= 9 | true -> 2")
    assert list(told) == ["decision-gap"] and "Bila harga = 9, setuju = false, tidak ada aturan" in told["decision-gap"]


@pytest.mark.parametrize("text", [
    "UNIQUE | x:number -> y\n<= 4 -> 1\n> 4 -> 2", "FIRST | x -> y\n5 -> 1\n- -> 2", "COLLECT | x -> y\n> 4 -> 1",
    "UNIQUE | x | z -> y\n<= z | - -> 1\n> z | - -> 2", "UNIQUE | x:number -> y\n> 4 -> 1\ndefault -> 0",
    "ANY | x:number -> y\n<= 5 -> 1\n>= 5 -> 1", "UNIQUE | x | x + 1 -> y\n1 | 3 -> 1\n1 | 3 -> 2",
])  # fmt: skip
def test_tables_that_have_an_answer_or_cannot_be_decided_are_left_alone(text: str) -> None:
    assert warned(text) == {}


GRID = range(-16, 17)  # halves of them are between and beside all literals


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(CELLS.filter(lambda cell: "?" not in cell[0]), min_size=2, max_size=2), min_size=1, max_size=5)
)
def test_what_is_warned_of_is_true_and_what_is_not_holds_for_every_small_number(rules: list[Any]) -> None:
    content = rows("UNIQUE", *(f"{' | '.join(text for text, _ in cells)} -> 1" for cells in rules), head="a | b -> y")
    told = {p.rule for p in lint.check({"k.dmn": content})}
    matches = [sum(one(a / 2) and other(b / 2) for (_, one), (_, other) in rules) for a in GRID for b in GRID]
    assert ("decision-overlap" in told) == any(n > 1 for n in matches)
    assert ("decision-gap" in told) == any(n == 0 for n in matches)


def test_a_chain_of_decisions_each_required_twice_is_taken_once_each() -> None:
    chain = [decision("a + b", f"d{n}", (f"k{n}", f"l{n}")) for n in range(60)]
    for side, name in (("k", "a"), ("l", "b")):
        chain += [decision(f"d{n + 1}", f"{side}{n}", (f"d{n + 1}",), name=name) for n in range(59)]
        chain.append(decision("1", f"{side}59", name=name))
    assert decide(file(*chain), key="d0") == 2**60


def test_the_decisions_of_one_step_are_bounded_together() -> None:
    slow = file(decision("count(for i in 1..9000 return i + i + i + i)"))
    known = {one.key: one for one in dmn.read(slow, "k.dmn")}
    text = "start S | rule R decision=d each=l item=x into=h out=d | user A | end E | S > R | R > A | A > E"
    assert Case(text, known, l=[Decimal(1)] * 3).ids == ["A"]
    with pytest.raises(Refused, match="berturut-turut"):
        Case(text, known, l=[Decimal(1)] * 150)
