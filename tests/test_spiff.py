"""The door to SpiffWorkflow: what one step does, in every order, and with a new process after each step."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import model

from engine import definition, spiff, worktime
from engine.dmn import Decision
from engine.errors import BrokenState, NotReady, Refused
from engine.people import ZONE
from engine.spiff import Situation, Step
from engine.spiff.process import process
from engine.variables import Variables

NOW = datetime(2026, 1, 5, 8, tzinfo=ZONE)
LOOP = """start S | xor M | and P | user A | xor G default=again | user B | and J | xor H default=back | end E
    S > M | M > P | P > A | P > B | A > G | G > A again | G > J ok : a = "ok"
    B > J | J > H | H > M back | H > E done : done"""


class Case:
    """One instance that is decoded from its state, with an empty cache, at every step."""

    def __init__(
        self, text: str, decisions: Mapping[str, Decision] = MappingProxyType({}), **variables: object
    ) -> None:
        content = text.encode() if text.startswith("<") else model(text)
        self.definition, *others = definition.read(content, "m.bpmn")
        self.processes = {other.key: other for other in [self.definition, *others]}
        self.decisions, self.variables, self.now = decisions, Variables(), NOW
        self.open: dict[str, str] = {}
        self.timers: dict[str, spiff.Expiry] = {}
        self.path: list[str] = []
        self.flows: list[str] = []
        self.take(spiff.start(self.situation(), variables))

    def situation(self) -> Situation:
        process.cache_clear()
        return Situation(self.definition, self.variables, self.now, worktime.calendar(), self.processes, self.decisions)

    def take(self, step: Step) -> Step:
        self.last = step
        self.state, self.finished, self.variables = step.state, step.finished, step.variables
        self.open = {t: e for t, e in self.open.items() if t not in step.closed} | {
            o.token: o.element for o in step.opened
        }
        timers = {t: e for t, e in self.timers.items() if t not in step.stopped}
        self.timers = timers | {e.token: e for e in step.timers}
        self.path += [moved.element for moved in step.completed]
        self.flows += step.flows
        return step

    def complete(self, element: str, **data: object) -> Step:
        token = next(token for token, name in self.open.items() if name == element)
        return self.take(spiff.complete(self.situation(), self.state, token, data))

    def receive(self, message: str, key: object = None, **data: object) -> Step:
        return self.take(spiff.receive(self.situation(), self.state, message, key, data))

    def fire(self, element: str) -> Step:
        timer = next(timer for timer in self.timers.values() if timer.element == element)
        self.now = timer.due
        return self.take(spiff.fire(self.situation(), self.state, timer.token))

    @property
    def ids(self) -> list[str]:
        return sorted(self.open.values())


def test_a_sequence_runs_to_its_end() -> None:
    case = Case("start S | user A | end E | S > A | A > E")
    assert case.ids == ["A"] and not case.finished
    case.complete("A")
    assert case.finished and case.path == ["S", "A", "E"]


def test_an_exclusive_gateway_takes_the_first_true_flow_in_the_order_of_the_file() -> None:
    text = "start S | xor G | user A | user B | end E | S > G | G > B : x > 1 | G > A : x > 0 | A > E | B > E"
    assert Case(text, x=2).ids == ["B"]
    assert Case(text, x=1).ids == ["A"]


def test_the_default_flow_comes_last_wherever_it_stands() -> None:
    text = "start S | xor G default=d | user A | user B | end E | S > G | G > A d | G > B : x = 1 | A > E | B > E"
    assert Case(text, x=1).ids == ["B"]
    assert Case(text, x=2).ids == ["A"]


@pytest.mark.parametrize("x", [None, "teks", 5])
def test_a_condition_that_is_no_boolean_is_refused_even_with_a_default(x: object) -> None:
    with pytest.raises(Refused, match="G"):
        Case("start S | xor G default=d | user A | end E | S > G | G > A d | G > E : x | A > E", x=x)


def test_a_gateway_without_a_true_condition_is_refused() -> None:
    with pytest.raises(Refused, match="G"):
        Case("start S | xor G | user A | end E | S > G | G > A : x = 1 | G > E : x = 2 | A > E", x=3)


def test_a_join_waits_for_every_branch_in_either_order() -> None:
    text = """start S | and P | user A | user B | and J | user C | end E
    S > P | P > A | P > B | A > J | B > J | J > C | C > E"""
    for first, second in (("A", "B"), ("B", "A")):
        case = Case(text)
        case.complete(first)
        assert case.ids == [second]
        case.complete(second)
        assert case.ids == ["C"]


@given(st.lists(st.sampled_from(["A-again", "A", "B"]), min_size=30, max_size=60), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_a_join_in_a_rework_loop_counts_the_present_round_only(walk: list[str], rounds: int) -> None:
    case, left = Case(LOOP, done=False), {"A", "B"}
    for choice in walk:
        element = choice.removesuffix("-again")
        if element not in left or case.finished:
            continue
        left -= {element} if choice != "A-again" else set()
        rounds -= not left
        case.complete(element, a="again" if choice == "A-again" else "ok", done=rounds <= 0)
        left = left or {"A", "B"}
        assert case.finished or Counter(case.ids) == Counter(left)


def test_an_excess_token_stays_at_the_join() -> None:
    text = """start S | and P | user A | user B | user C | xor M | and J | user D | end E
    S > P | P > A | P > B | P > C | A > M | B > M | M > J | C > J | J > D | D > E"""
    case = Case(text)
    case.complete("A"), case.complete("B")
    assert case.ids == ["C"]
    case.complete("C")
    assert case.ids == ["D"]
    case.complete("D")
    assert not case.finished and case.ids == []


def test_a_non_interrupting_timer_leaves_its_activity_open() -> None:
    case = Case("start S | user A | timer W on=A at=PT1H | user X | end E | S > A | A > E | W > X | X > E")
    case.fire("W")
    assert case.ids == ["A", "X"] and case.timers == {}
    case.complete("A")
    assert case.ids == ["X"] and not case.finished


def test_an_interrupting_timer_closes_its_activity_and_the_timers_beside_it() -> None:
    case = Case("""start S | user A | timer W on=A at=PT1H interrupting | timer V on=A at=PT2H | user X | end E
    S > A | A > E | W > X | V > E | X > E""")
    step = case.fire("W")
    assert case.ids == ["X"] and case.timers == {} and len(step.closed) == 1


def test_completing_an_activity_stops_its_timers() -> None:
    case = Case("start S | user A | timer W on=A at=PT1H | user B | end E | S > A | A > B | B > E | W > E")
    step = case.complete("A")
    assert case.timers == {} and len(step.stopped) == 1


def test_a_timer_of_no_time_fires_within_the_step_that_made_it() -> None:
    case = Case("start S | user A | timer W on=A at=PT0S interrupting | user X | end E | S > A | A > E | W > X | X > E")
    assert case.ids == ["X"] and case.path == ["S", "W"]


def test_terminate_ends_every_token() -> None:
    case = Case("start S | and P | user A | user B | terminate T | end E | S > P | P > A | P > B | A > T | B > E")
    step = case.complete("A")
    assert case.finished and case.ids == [] and step.outcome == "T"


def test_a_message_interrupts_the_activity_that_awaits_it() -> None:
    case = Case(
        "start S | user A | message M on=A name=stop interrupting | user X | end E | S > A | A > E | M > X | X > E"
    )
    assert spiff.waiting(case.situation(), case.state, "stop", None)
    case.take(spiff.receive(case.situation(), case.state, "stop", None, {}))
    assert case.ids == ["X"]
    with pytest.raises(NotReady):
        spiff.receive(case.situation(), case.state, "stop", None, {})


def test_a_loop_of_a_thousand_rounds_stays_flat() -> None:
    text = "start S | user A | xor G default=again | end E | S > A | A > G | G > A again | G > E : done"
    case = Case(text, done=False)
    case.complete("A")
    small = len(case.state)
    for _ in range(1000):
        case.complete("A")
    assert case.ids == ["A"] and len(case.state) <= small + 8
    case.complete("A", done=True)
    assert case.finished


def test_a_row_of_a_thousand_tasks_runs() -> None:
    nodes = " | ".join(f"user T{n}" for n in range(1000))
    flows = " | ".join(f"T{n} > T{n + 1}" for n in range(999))
    case = Case(f"start S | {nodes} | end E | S > T0 | {flows} | T999 > E")
    case.complete("T0")
    assert case.ids == ["T1"]


def test_an_automatic_loop_is_refused_not_hung() -> None:
    with pytest.raises(Refused, match="otomatis"):
        Case("start S | xor G default=again | xor H | end E | S > H | H > G | G > H again | G > E : x", x=False)


def test_a_step_that_is_not_open_is_refused() -> None:
    case = Case("start S | user A | user B | end E | S > A | A > B | B > E")
    [token] = case.open
    case.complete("A")
    with pytest.raises(NotReady):
        spiff.complete(case.situation(), case.state, token, {})


def test_a_corrupt_state_is_told_apart_from_a_refusal() -> None:
    case = Case("start S | user A | end E | S > A | A > E")
    for state in (b"", b"\x00" * 40, case.state[:-5]):
        with pytest.raises(BrokenState):
            spiff.complete(case.situation(), state, "x", {})


def test_a_reserved_id_is_an_id_like_any_other() -> None:
    case = Case("start Start | user Root | end End | Start > Root | Root > End")
    case.complete("Root")
    assert case.path == ["Start", "Root", "End"]


def test_rounds_are_counted() -> None:
    text = "start S | user A | xor G default=again | end E | S > A | A > G | G > A again | G > E : done"
    case = Case(text, done=False)
    assert [opened.round for opened in case.complete("A").opened] == [2]


def test_an_own_clock_starts_again_in_each_round_and_a_shared_one_does_not() -> None:
    def dues(clock: str) -> tuple[datetime, datetime]:
        case = Case(
            f"""start S | user A | timer W on=A at=P3D unit=hari_kalender clock={clock}
        xor G default=again | end E | S > A | A > G | G > A again | G > E : done | W > E""",
            done=False,
        )
        [first] = case.timers.values()
        case.now += timedelta(days=1)
        case.complete("A")
        [second] = case.timers.values()
        return first.due, second.due

    assert (dues("sendiri")[1] - dues("sendiri")[0]).days == 1
    assert dues("bersama:kontrak")[0] == dues("bersama:kontrak")[1]


def test_a_shared_clock_begins_at_the_date_its_variable_names() -> None:
    text = """start S | user A | timer W on=A at=P9D unit=hari_kalender clock=bersama:k mulai=spmk | end E
    S > A | A > E | W > E"""
    case = Case(text, spmk=datetime(2026, 1, 4).date())
    [timer] = case.timers.values()
    assert timer.due.astimezone(ZONE) == datetime(2026, 1, 13, 23, 59, 59, tzinfo=ZONE)


def test_two_flows_between_the_same_nodes_are_told_apart() -> None:
    text = "start S | xor G default=d | xor M | user A | end E | S > G | G > M c : x = 1 | G > M d | M > A | A > E"
    assert Case(text, x=1).flows[1] == "c" and Case(text, x=2).flows[1] == "d"
    text = "start S | and P | and J | user A | end E | S > P | P > J one | P > J two | J > A | A > E"
    assert Case(text).ids == ["A"]
