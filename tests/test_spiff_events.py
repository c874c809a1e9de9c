"""Events, races, sub-processes, inclusive gateways: what BPMN 2.0.2 and CONTRACT say of them, with an empty cache."""

import pytest
from test_spiff import Case

from engine import spiff
from engine.errors import NotReady, Refused

SUB = (
    "start S | sub U | start I in=U | user A in=U | end J in=U | user B | end E | S > U | I > A | A > J | U > B | B > E"
)


def send(case: Case, message: str, **data: object) -> None:
    case.take(spiff.receive(case.situation(), case.state, message, None, data))


def test_an_intermediate_timer_waits() -> None:
    case = Case("start S | catch C at=PT1H | user A | end E | S > C | C > A | A > E")
    assert case.ids == [] and not case.finished
    case.fire("C")
    assert case.ids == ["A"] and case.path == ["S", "C"]


@pytest.mark.parametrize("kind", ["catch C message=m", "receive C message=m"])
def test_a_message_is_awaited(kind: str) -> None:
    case = Case(f"start S | {kind} | user A | end E | S > C | C > A | A > E")
    send(case, "m")
    assert case.ids == ["A"] and case.path == ["S", "C"]
    with pytest.raises(NotReady):
        send(case, "m")


def test_the_first_event_of_a_race_ends_the_others() -> None:
    text = """start S | race G | catch M message=m | catch T at=PT1H | user A | user B | end E
    S > G | G > M | G > T t | M > A | T > B | A > E | B > E"""
    case = Case(text)
    case.fire("T")
    assert case.ids == ["B"] and case.path == ["S", "G", "T"] and "t" in case.flows
    with pytest.raises(NotReady):
        send(case, "m")
    case = Case(text)
    send(case, "m")
    assert case.ids == ["A"] and case.timers == {}


def test_a_link_leads_on() -> None:
    case = Case("start S | throw H link=l | catch C link=l | user A | end E | S > H | C > A | A > E")
    assert case.ids == ["A"] and case.path == ["S", "H", "C"]


def test_flows_without_a_gateway_split_and_conditional_ones_choose() -> None:
    case = Case("start S | user A | user B | user C | end E | S > A | A > B | A > C | B > E | C > E")
    case.complete("A")
    assert case.ids == ["B", "C"]
    text = """start S | user A default=d | user B | user C | end E
    S > A | A > B : x > 1 | A > C : x > 2 | A > E d | B > E | C > E"""
    for x, ids in ((1, []), (2, ["B"]), (3, ["B", "C"])):
        case = Case(text)
        case.complete("A", x=x)
        assert case.ids == ids


def test_a_default_flow_beside_a_plain_one_is_the_default() -> None:
    case = Case("start S | user A default=d | user B | user C | end E | S > A | A > B | A > C d | B > E | C > E")
    case.complete("A")
    assert case.ids == ["B"]


def test_a_cycle_fires_each_tick_and_what_it_started_survives_its_host() -> None:
    text = "start S | user A | timer W on=A at=R3/PT1H | user X | end E | S > A | A > E | W > X | X > E"
    case = Case(text)
    dues = []
    for _ in range(3):
        [timer] = case.timers.values()
        dues.append(timer.due)
        case.fire("W")
    assert case.timers == {} and case.ids == ["A", "X", "X", "X"]
    assert [(due - dues[0]).total_seconds() for due in dues] == [0, 3600, 7200]
    case.complete("A")
    assert case.ids == ["X", "X", "X"] and not case.finished


def test_a_non_interrupting_message_is_received_again_and_again() -> None:
    case = Case("start S | user A | message M on=A name=m | user X | end E | S > A | A > E | M > X | X > E")
    send(case, "m"), send(case, "m")
    assert case.ids == ["A", "X", "X"]


@pytest.mark.parametrize(
    ("took", "ids"),
    [({"a": True, "b": True}, ["A", "B"]), ({"a": True, "b": False}, ["A"]), ({"a": False, "b": False}, ["C"])],
)
def test_an_inclusive_join_waits_for_the_branches_that_were_taken(took: dict[str, bool], ids: list[str]) -> None:
    text = """start S | or O default=d | user A | user B | user C | or J | user D | end E
    S > O | O > A : a | O > B : b | O > C d | A > J | B > J | C > J | J > D | D > E"""
    case = Case(text, **took)
    assert case.ids == ids
    for element in ids:
        case.complete(element)
    assert case.ids == ["D"]
    case.complete("D")
    assert case.finished


def test_an_inclusive_join_in_a_loop_waits_in_every_round() -> None:
    text = """start S | xor M | or O | user A | user B | or J | xor G default=again | end E
    S > M | M > O | O > A : true | O > B : true | A > J | B > J | J > G | G > M again | G > E : done"""
    case = Case(text, done=False)
    for first, second in (("A", "B"), ("B", "A"), ("A", "B")):
        case.complete(first)
        assert case.ids == [second]
        case.complete(second)
        assert case.ids == ["A", "B"]


def test_a_sub_process_completes_when_it_is_empty() -> None:
    case = Case(SUB)
    assert case.ids == ["A"]
    case.complete("A")
    assert case.ids == ["B"] and case.path == ["S", "I", "A", "J", "U"]


def test_terminate_ends_only_the_sub_process_it_stands_in() -> None:
    text = """start S | and P | user Z | user C | sub U
    start I in=U | and Q in=U | user A in=U | user B in=U | terminate T in=U | end E
    S > P | P > Z | P > U | I > Q | Q > A | Q > B | A > T | U > C | C > E | Z > E"""
    case = Case(text)
    case.complete("A")
    assert case.ids == ["C", "Z"]


@pytest.mark.parametrize("event", ["at=PT1H", "message=m"])
def test_an_interrupting_event_ends_the_sub_process_it_is_attached_to(event: str) -> None:
    case = Case(f"{SUB} | boundary W on=U {event} interrupting | user X | W > X | X > E")
    case.fire("W") if "at" in event else send(case, "m")
    assert case.ids == ["X"] and case.timers == {} and "U" not in case.path


def test_an_error_is_caught_by_the_nearest_scope_with_its_code() -> None:
    text = f"""{SUB.replace("end J in=U", "end J in=U error=c")} | boundary W on=U error=c interrupting
    boundary V on=U error=d interrupting | user X | user Y | W > X | V > Y | X > E | Y > E"""
    case = Case(text)
    case.complete("A")
    assert case.ids == ["X"] and case.path == ["S", "I", "A", "J", "W"]
    case = Case(
        text.replace("on=U error=c interrupting", "on=U error=d interrupting").replace(
            "V on=U error=d", "V on=U error=any"
        )
    )
    case.complete("A")
    assert case.ids == ["Y"]


def test_an_error_that_nobody_catches_fails_the_instance() -> None:
    case = Case("start S | and P | user A | user B | end E error=c | end F | S > P | P > A | P > B | A > E | B > F")
    step = case.complete("A")
    assert case.finished and step.failure == "c" and case.ids == []


@pytest.mark.parametrize(("how", "ids"), [("", ["B", "X"]), ("interrupting", ["X"])])
@pytest.mark.parametrize("last", ["end J in=U escalation=c", "throw H in=U escalation=c | end J in=U | H > J"])
def test_a_scope_stays_open_for_the_escalation_thrown_in_it(how: str, ids: list[str], last: str) -> None:
    text = SUB.replace("end J in=U", last).replace("A > J", "A > H" if "H" in last else "A > J")
    case = Case(f"{text} | boundary W on=U escalation=c {how} | user X | W > X | X > E")
    case.complete("A")
    assert case.ids == ids and ("U" in case.path) == (not how)


def test_an_escalation_that_nobody_catches_does_nothing() -> None:
    case = Case(SUB.replace("end J in=U", "end J in=U escalation=c"))
    case.complete("A")
    assert case.ids == ["B"]


def test_nothing_starts_in_a_process_that_is_over() -> None:
    text = "start S | user A | end E | S > A | A > E | esub V | start T in=V when=x>1 non | user X in=V | T > X"
    case = Case(text)
    case.complete("A", x=2)
    assert case.finished and case.path == ["S", "A", "E"]


def test_an_inclusive_join_waits_for_a_branch_that_comes_through_a_link() -> None:
    text = """start S | or O | user A | user B | throw H link=l | catch C link=l | or J | user D | end E
    S > O | O > A | O > B | A > H | C > J | B > J | J > D | D > E"""
    case = Case(text)
    case.complete("B")
    assert case.ids == ["A"]
    case.complete("A")
    assert case.ids == ["D"]


def test_a_caught_escalation_does_not_interrupt_unless_it_must() -> None:
    text = """start S | sub U | user X | user B | end E
    start I in=U | throw H in=U escalation=c | user A in=U | end J in=U
    boundary W on=U escalation=c {how} | S > U | I > H | H > A | A > J | U > B | W > X | X > E | B > E"""
    assert Case(text.format(how="")).ids == ["A", "X"]
    assert Case(text.format(how="interrupting")).ids == ["X"]


@pytest.mark.parametrize(("how", "ids"), [("non", ["A", "X"]), ("", ["X"])])
def test_an_event_sub_process_interrupts_its_scope_or_not(how: str, ids: list[str]) -> None:
    text = f"""{SUB} | esub V in=U | start T in=V message=m {how} | user X in=V | end Y in=V | T > X | X > Y"""
    case = Case(text)
    send(case, "m")
    assert case.ids == ids
    for element in ids:
        case.complete(element)
    assert case.ids == ["B"] and case.path[-1] == "U" and "V" in case.path


def test_an_event_sub_process_of_the_process_catches_its_errors() -> None:
    text = """start S | user A | end E error=c | esub V | start T in=V error=c | user X in=V | end Y in=V
    S > A | A > E | T > X | X > Y"""
    case = Case(text)
    case.complete("A")
    assert case.ids == ["X"] and not case.finished
    case.complete("X")
    assert case.finished and case.path[-1] == "V"


def test_a_waiting_event_sub_process_does_not_keep_the_instance() -> None:
    case = Case("start S | user A | end E | esub V | start T in=V at=PT1H | user X in=V | S > A | A > E | T > X")
    step = case.complete("A")
    assert case.finished and len(step.stopped) == 1 and case.timers == {}


@pytest.mark.parametrize("how", ["interrupting", ""])
def test_a_conditional_event_fires_when_its_condition_becomes_true(how: str) -> None:
    text = f"""start S | and P | user A | user Z | boundary W on=Z when=x>1 {how} | user X | end E
    S > P | P > A | P > Z | A > E | W > X | X > E | Z > E"""
    assert Case(text, x=2).ids == (["A", "X"] if how else ["A", "X", "Z"])
    case = Case(text, x=0)
    assert case.ids == ["A", "Z"]
    case.complete("A", x=5)
    assert case.ids == (["X"] if how else ["X", "Z"])


def test_a_non_interrupting_condition_fires_once_a_change_from_false_to_true() -> None:
    text = """start S | user A | xor G default=again | user Z | and P | boundary W on=Z when=x>1 | user X | end E
    S > P | P > A | P > Z | A > G | G > A again | G > E : done | W > X | X > E | Z > E"""
    case = Case(text, x=0, done=False)
    for x, count in ((2, 1), (3, 1), (0, 1), (2, 2)):
        case.complete("A", x=x)
        assert case.ids.count("X") == count


def test_a_cycle_without_time_between_is_refused() -> None:
    with pytest.raises(Refused):
        Case("start S | user A | timer W on=A at=R/PT0S | end E | S > A | A > E | W > E")


def test_a_standard_loop_goes_on_while_its_condition_holds() -> None:
    case = Case("start S | user A loop=x<3 | user B | end E | S > A | A > B | B > E", x=0)
    for x in (1, 2):
        case.complete("A", x=x)
        assert case.ids == ["A"]
    case.complete("A", x=3)
    assert case.ids == ["B"] and case.path.count("A") == 3


def test_a_standard_loop_ends_at_its_maximum_and_keeps_its_boundary_events() -> None:
    text = """start S | user A loop=true most=3 | timer W on=A at=PT1H interrupting | user X | end E
    S > A | A > E | W > X | X > E"""
    case = Case(text)
    case.complete("A"), case.complete("A")
    assert case.ids == ["A"] and len(case.timers) == 1
    case.complete("A")
    assert case.finished and case.timers == {}
    case = Case(text)
    case.complete("A")
    case.fire("W")
    assert case.ids == ["X"]


def test_a_looped_sub_process_runs_again() -> None:
    text = (
        """start S | sub U most=2 | start I in=U | user A in=U | end J in=U | end E | S > U | I > A | A > J | U > E"""
    )
    case = Case(text)
    case.complete("A")
    assert case.ids == ["A"] and not case.finished
    case.complete("A")
    assert case.finished and case.path.count("U") == 2


@pytest.mark.parametrize("x", [None, "teks"])
def test_a_loop_condition_that_is_no_boolean_counts_as_false(x: object) -> None:
    case = Case("start S | user A loop=x | end E | S > A | A > E")
    case.complete("A", x=x)
    assert case.finished


def test_a_signal_reaches_everybody_in_the_instance_when_all_has_come_to_rest() -> None:
    text = """start S | and P | user A | catch C signal=s | user Z | boundary W on=Z signal=s | user X | user Y
    throw H signal=s | user B | end E
    S > P | P > A | P > C | P > Z | A > H | H > B | C > Y | Z > E | W > X | X > E | Y > E | B > E"""
    case = Case(text)
    step = case.complete("A")
    assert case.ids == ["B", "X", "Y", "Z"] and step.signals == ("s",)
    assert spiff.signal(case.situation(), case.state, "lain") is None
    more = spiff.signal(case.situation(), case.state, "s")
    assert more is not None and [opened.element for opened in more.opened] == ["X"]
