"""What SpiffWorkflow 3.2 alone does wrong without a word, one test each; docs/explanation/silent-errors.md lists them.

Every instance is decoded from its state, with an empty cache, at every step.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from models import HEAD, model
from test_spiff import Case

from engine import definition, lint, values
from engine.errors import Refused

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "silent-errors.md"
JOIN = """start S | xor M | and P | user A | user B | and J | xor H default=h | user C | end E
S > M | M > P | P > A | P > B | A > J | B > J | J > C | C > H | H > M : again | H > E h"""


def rules(text: str) -> set[tuple[str | None, str]]:
    return {(p.element, p.rule) for p in lint.check({"m.bpmn": model(text)})}


def test_01_a_join_in_a_second_round_waits_for_both_branches_in_any_order() -> None:
    case = Case(JOIN)
    for element in ("A", "B"):
        case.complete(element)
    case.complete("C", again=True)
    case.complete("B")
    assert case.ids == ["A"]


def test_02_the_last_write_counts_not_the_last_arrival() -> None:
    text = """start S | and P | user A | user B | user Z | and J | xor G default=g | user X | end E
    S > P | P > A | P > B | A > Z | Z > J | B > J | J > G | G > X : hasil = "ya" | G > E g | X > E"""
    case = Case(text)
    case.complete("A", hasil="tolak"), case.complete("B", hasil="ya"), case.complete("Z")
    assert case.ids == ["X"]


def test_03_timers_of_what_was_interrupted_are_gone() -> None:
    case = Case("""start S | sub U | start I in=U | user A in=U | timer W on=A at=PT1H in=U | end L in=U | end J in=U
    boundary M on=U at=PT2H interrupting | user X | end E | S > U | I > A | A > J | W > L | U > E | M > X | X > E""")
    case.fire("M")
    assert case.timers == {} and case.ids == ["X"]


def test_04_a_loop_goes_on_after_a_thousand_rounds() -> None:
    case = Case("start S | user A | xor G default=again | end E | S > A | A > G | G > A again | G > E : done")
    for _ in range(400):
        case.complete("A", done=False)
    assert case.ids == ["A"] and not case.finished and len(case.state) < 300


@pytest.mark.parametrize("name", ["typename", "len", "__builtins__", "data", "Root"])
def test_06_no_name_of_a_variable_is_special(name: str) -> None:
    case = Case(
        f"start S | user A | xor G default=g | user X | end E | S > A | A > G | G > X : {name} = 1 | G > E g | X > E"
    )
    case.complete("A", **{name: Decimal(1)})
    assert case.ids == ["X"]


def test_07_lanes_stay_when_another_file_was_read_before() -> None:
    other = f'{HEAD}<bpmn:collaboration id="C"/><bpmn:process id="q" isExecutable="true"/></bpmn:definitions>'
    for _ in range(20):
        definition.read(other.encode(), "o.bpmn")
        [read] = definition.read(model("start S | user A lane=PPK | end E | S > A | A > E"), "m.bpmn")
        assert read.nodes["A"].lane == "PPK"
        definition.read.cache_clear()


def test_08_a_change_does_not_reach_back_into_an_earlier_step() -> None:
    case = Case("start S | user A | user B | end E | S > A | A > B | B > E")
    before = case.complete("A", daftar=[1]).variables
    case.complete("B", daftar=[1, 2])
    assert before.seen()["daftar"] == [1]


def test_11_the_layout_decides_no_branch() -> None:
    di = 'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    shapes = "".join(
        f'<bpmndi:BPMNShape {di} id="D{n}" bpmnElement="{n}">'
        f'<dc:Bounds x="1" y="{y}" width="9" height="9"/></bpmndi:BPMNShape>'
        for n, y in (("A", 900), ("B", 1))
    )
    text = "start S | xor G | user A | user B | end E | S > G | G > A : true | G > B : true | A > E | B > E"
    content = model(text).replace(b"</bpmn:definitions>", f"{shapes}</bpmn:definitions>".encode())
    assert Case(content.decode()).ids == ["A"]


def test_12_a_flow_without_an_id_is_a_flow() -> None:
    content = re.sub(
        r'(<bpmn:sequenceFlow) id="[^"]*"', r"\1", model("start S | user A | end E | S > A | A > E").decode()
    )
    case = Case(content)
    case.complete("A")
    assert case.finished


def test_15_ids_of_the_library_are_the_analysts_too() -> None:
    case = Case("start Start | user Root | end End | Start > Root | Root > End")
    case.complete("Root")
    assert case.finished and case.path == ["Start", "Root", "End"]


def test_16_a_path_may_just_stop_and_an_event_may_have_two_flows() -> None:
    case = Case("start S | user A | timer W on=A at=PT1H | user X | user Y | S > A | W > X | W > Y")
    case.fire("W")
    assert case.ids == ["A", "X", "Y"]
    for element in ("A", "X", "Y"):
        case.complete(element)
    assert case.finished


@pytest.mark.parametrize("node", ["receive R message=", "send R message="])
def test_20_what_would_complete_at_once_or_hang_is_refused(node: str) -> None:
    assert ("R", "message-name") in rules(f"start S | {node} | end E | S > R | R > E")
    service = model("start S | user R | end E | S > R | R > E").replace(b"userTask", b"serviceTask")
    assert any(p.element == "R" and p.severity == "error" for p in lint.check({"m.bpmn": service}))


def test_22_a_reject_that_leaves_a_parallel_block_is_warned_of() -> None:
    text = """start S | xor M | and P | user A | xor G default=g | user B | and J | user C | end E
    S > M | M > P | P > A | P > B | A > G | G > M : reject | G > J g | B > J | J > C | C > E"""
    assert "second-token" in {rule for _, rule in rules(text)}


def test_23_a_condition_that_fails_changes_nothing() -> None:
    case = Case("start S | user A | xor G | user X | end E | S > A | A > G | G > X : x > 1 | G > E : x < 1 | X > E")
    with pytest.raises(Refused):
        case.complete("A", x="teks")
    case.complete("A", x=Decimal(2))
    assert case.ids == ["X"]


@pytest.mark.parametrize("code", ["__import__('os').system('x')", "open('x')", "(lambda: 1)()", "x.__class__"])
def test_24_a_condition_runs_no_code(code: str) -> None:
    text = f"start S | xor G default=g | user X | end E | S > G | G > X : {code} | G > E g | X > E"
    with pytest.raises(Refused):
        Case(text, x=1)


def test_25_a_time_is_plain_iso_and_counts_from_our_clock() -> None:
    case = Case("start S | catch C at=P5D | end E | S > C | C > E")
    [timer] = case.timers.values()
    assert (timer.due - case.now).days == 5


def test_26_dates_and_decimals_come_back_as_they_were() -> None:
    kept = {"d": date(2026, 1, 5), "n": Decimal("0.1"), "l": [None, True, {"a": Decimal(2)}]}
    assert values.decode(values.encode(kept)) == kept


def test_27_a_called_process_without_an_end_event_returns() -> None:
    case = Case("start S | call C of=q | user B | end E | S > C | C > B | B > E\nprocess q | start T | user X | T > X")
    case.complete("q|X")
    assert case.ids == ["B"]


def test_28_a_cycle_may_lead_straight_into_a_parallel_gateway() -> None:
    case = Case("""start S | user A | timer W on=A at=R2/PT1H | and P | user X | user Y | end E
    S > A | A > E | W > P | P > X | P > Y | X > E | Y > E""")
    case.fire("W")
    assert case.ids == ["A", "X", "Y"]


def test_30_data_associations_move_nothing_and_break_nothing() -> None:
    content = model("start S | user A | end E | S > A | A > E").decode()
    inside = '<bpmn:dataOutputAssociation id="D"><bpmn:targetRef>R</bpmn:targetRef></bpmn:dataOutputAssociation>'
    content = content.replace('<bpmn:userTask id="A">', f'<bpmn:userTask id="A">{inside}')
    content = content.replace("</bpmn:process>", '<bpmn:dataObject id="O"/><bpmn:dataObjectReference id="R" '
                              'dataObjectRef="O"/></bpmn:process>')  # fmt: skip
    case = Case(content)
    case.complete("A")
    assert case.finished


def test_33_a_conditional_event_on_a_sub_process_hears_a_message_change_a_variable() -> None:
    case = Case("""start S | and P | sub U | start I in=U | user A in=U | end J in=U | catch C message=m | user Z
    boundary W on=U when=x>1 interrupting | user X | end E | S > P | P > U | P > C | C > Z | Z > E | I > A | A > J
    U > E | W > X | X > E""")
    case.receive("m", x=Decimal(2))
    assert case.ids == ["X", "Z"]


def test_every_row_of_the_page_names_tests_that_are_there() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| `([\w.]+)::(\w+)` \|", PAGE.read_text(), re.M)
    assert [int(number) for number, *_ in rows] == list(range(1, 34))
    for _, file, name in rows:
        assert f"def {name}(" in (Path(__file__).parent / file).read_text(), name
