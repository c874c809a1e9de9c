"""Activities done several times, called processes, thrown messages: CONTRACT's *Variables*, with an empty cache."""

import pytest
from test_spiff import Case

from engine import spiff
from engine.errors import Refused

EACH = "start S | user A each=orang item=o into=hasil out=h {how} | user B | end E | S > A | A > B | B > E"
CALL = """start S | call C of=gaji {how} | user B | end E | S > C | C > B | B > E
process gaji | start T | user X | end F | T > X | X > F"""


def variables(case: Case) -> dict[str, object]:
    return dict(case.variables.seen())


def test_every_item_of_a_collection_opens_at_once_and_sees_its_own() -> None:
    case = Case(EACH.format(how=""), orang=["ana", "budi"])
    assert case.ids == ["A", "A"] and [opened.item for opened in case.last.opened] == [1, 2]
    seen = [case.variables.seen(opened.scope) for opened in case.last.opened]
    assert [(s["o"], s["loopCounter"]) for s in seen] == [("ana", 1), ("budi", 2)]
    assert variables(case) == {"orang": ["ana", "budi"], "hasil": [None, None]}


def test_items_one_after_another_collect_what_they_leave() -> None:
    case = Case(EACH.format(how="sequential"), orang=["ana", "budi", "cici"])
    for number in (1, 2, 3):
        assert case.ids == ["A"]
        case.complete("A", h=number, catatan="x")
    assert case.ids == ["B"] and variables(case)["hasil"] == [1, 2, 3] and "catatan" not in variables(case)
    assert case.path == ["S", "A", "A", "A"] and list(case.variables.scopes) == [""]


def test_a_completion_condition_cancels_the_rest_and_leaves_null() -> None:
    case = Case(EACH.format(how="until=numberOfCompletedInstances>1"), orang=["a", "b", "c"])
    case.complete("A", h=1), case.complete("A", h=2)
    assert case.ids == ["B"] and variables(case)["hasil"] == [1, 2, None] and case.path == ["S", "A", "A"]


@pytest.mark.parametrize(("name", "value"), [
    ("numberOfInstances", 3), ("nrOfInstances", 3), ("numberOfCompletedInstances", 1), ("nrOfCompletedInstances", 1),
    ("numberOfActiveInstances", 2), ("nrOfActiveInstances", 2), ("loopCounter", 1), ("h", 7),
])  # fmt: skip
def test_a_completion_condition_sees_the_counters_and_its_item(name: str, value: int) -> None:
    case = Case(EACH.format(how=f"until={name}={value}"), orang=["a", "b", "c"])
    case.complete("A", h=7)
    assert case.ids == ["B"]


def test_no_item_at_all_goes_straight_on() -> None:
    case = Case(EACH.format(how=""), orang=[])
    assert case.ids == ["B"] and case.path == ["S"] and variables(case)["hasil"] == []


@pytest.mark.parametrize("orang", [None, "ana", 3, {"a": 1}])
def test_a_collection_that_is_no_list_is_refused(orang: object) -> None:
    with pytest.raises(Refused, match="A"):
        Case(EACH.format(how=""), orang=orang)


@pytest.mark.parametrize("many", ["x", "0-1", "1.5", "true", "1e30"])
def test_a_number_of_items_that_is_none_is_refused(many: str) -> None:
    with pytest.raises(Refused, match="A"):
        Case(f"start S | user A many={many} | end E | S > A | A > E", x="tiga")


def test_boundary_events_belong_to_the_whole_activity() -> None:
    text = """start S | user A many=3 | timer W on=A at=PT1H interrupting | user X | user B | end E
    S > A | A > B | B > E | W > X | X > E"""
    case = Case(text)
    case.complete("A")
    assert len(case.timers) == 1
    case.fire("W")
    assert case.ids == ["X"] and case.path == ["S", "A", "W"] and list(case.variables.scopes) == [""]
    case = Case(text)
    for _ in range(3):
        case.complete("A")
    assert case.ids == ["B"] and case.timers == {}


def test_a_sub_process_runs_for_each_item_with_variables_of_its_own() -> None:
    text = """start S | sub U each=orang item=o into=hasil out=h | start I in=U | user A in=U | xor G in=U default=g
    end J in=U | user B | end E | S > U | I > A | A > G | G > A : h < 0 | G > J g | U > B | B > E"""
    case = Case(text, orang=["ana", "budi"])
    case.complete("A", h=-1)
    assert case.ids == ["A", "A"]
    case.complete("A", h=5), case.complete("A", h=6)
    assert case.ids == ["B"] and sorted(variables(case)["hasil"]) == [5, 6]  # type: ignore[call-overload]


def test_items_share_the_round_of_their_activity() -> None:
    text = """start S | xor M | user A many=2 | user Q | xor G default=g | end E
    S > M | M > A | A > Q | Q > G | G > M : again | G > E g"""
    case = Case(text)
    assert [(o.round, o.item) for o in case.last.opened] == [(1, 1), (1, 2)]
    case.complete("A"), case.complete("A")
    step = case.complete("Q", again=True)
    assert [(o.round, o.item) for o in step.opened] == [(2, 1), (2, 2)]


def test_a_loop_that_is_tested_before_may_not_run_at_all() -> None:
    text = "start S | user A loop=x<2 before | timer W on=A at=PT1H | user B | end E | S > A | A > B | B > E | W > E"
    case = Case(text, x=5)
    assert case.ids == ["B"] and case.path == ["S"] and case.timers == {}
    case = Case(text, x=1)
    assert case.ids == ["A"]
    case.complete("A", x=2)
    assert case.ids == ["B"]


def test_a_called_process_gets_a_copy_and_what_it_changed_comes_back() -> None:
    case = Case(CALL.format(how=""), a=1, b=2)
    assert case.ids == ["gaji|X"]
    case.complete("gaji|X", a=1, b=3, c=4)
    assert case.ids == ["B"] and variables(case) == {"a": 1, "b": 3, "c": 4}
    assert case.path == ["S", "gaji|T", "gaji|X", "gaji|F", "C"]
    assert [(w.name, w.value) for w in case.last.written] == [("b", 3), ("c", 4)]


def test_a_called_process_does_not_see_what_its_caller_writes_meanwhile() -> None:
    text = """start S | and P | user Z | call C of=gaji | end E | S > P | P > Z | P > C | Z > E | C > E
    process gaji | start T | user X | xor G default=g | user Y | end F
    T > X | X > G | G > Y : a > 1 | G > F g | Y > F"""
    case = Case(text, a=1)
    case.complete("Z", a=2)
    case.complete("gaji|X")
    assert case.finished and variables(case)["a"] == 2


def test_a_call_hands_in_and_back_what_its_io_specification_names() -> None:
    case = Case(CALL.format(how="give=a take=c"), a=1, b=2)
    assert case.variables.seen(case.last.opened[0].scope) == {"a": 1}
    case.complete("gaji|X", a=9, b=9, c=4)
    assert variables(case) == {"a": 1, "b": 2, "c": 4}


def test_terminate_and_errors_of_a_called_process_stay_at_its_call() -> None:
    text = """start S | and P | user Z | call C of=gaji | boundary W on=C error=c interrupting | user N | user Y | end E
    S > P | P > Z | P > C | C > N | N > E | W > Y | Y > E | Z > E
    process gaji | start T | user X | xor G default=g | terminate F | end K error=c
    T > X | X > G | G > K : bad | G > F g"""
    case = Case(text)
    case.complete("gaji|X", bad=False)
    assert case.ids == ["N", "Z"]
    case = Case(text)
    case.complete("gaji|X", bad=True)
    assert case.ids == ["Y", "Z"] and "C" not in case.path


def test_the_called_process_may_be_named_by_an_expression_and_must_be_there() -> None:
    text = CALL.format(how="").replace("of=gaji", "of==nama")
    assert Case(text, nama="gaji").ids == ["gaji|X"]
    for nama in (None, "lain", 5):
        with pytest.raises(Refused, match="C"):
            Case(text, nama=nama)


def test_a_process_that_calls_itself_without_end_is_refused() -> None:
    with pytest.raises(Refused):
        Case("start S | call C of=p | end E | S > C | C > E")


def test_every_item_calls_the_process_with_its_own() -> None:
    text = """start S | call C of=gaji each=orang item=o into=hasil out=h | end E | S > C | C > E
    process gaji | start T | user X | end F | T > X | X > F"""
    case = Case(text, orang=["ana", "budi"])
    assert [case.variables.seen(o.scope)["o"] for o in case.last.opened] == ["ana", "budi"]
    case.complete("gaji|X", h=1), case.complete("gaji|X", h=2)
    assert case.finished and variables(case)["hasil"] == [1, 2]


def test_a_lane_is_that_of_the_call_where_the_called_process_has_none() -> None:
    own = CALL.format(how="lane=PPK").replace("user B", "user B lane=PPK")
    assert [(o.lane, o.process) for o in Case(own).last.opened] == [("PPK", "p")]
    theirs = own.replace("user X", "user X lane=PA")
    assert [(o.lane, o.process) for o in Case(theirs).last.opened] == [("PA", "gaji")]


@pytest.mark.parametrize("sender", ["throw H message=m {key}", "send H message=m {key}"])
def test_a_thrown_message_goes_to_the_catch_with_its_key_or_outside(sender: str) -> None:
    text = f"""start S | and P | {sender} | user A | catch C message=m key=k | user X | end E
    S > P | P > A | P > C | A > H | H > E | C > X | X > E"""
    case = Case(text.format(key="key=t"), k=1, t=1)
    step = case.complete("A")
    assert case.ids == ["X"] and step.messages == ()
    case = Case(text.format(key="key=t"), k=1, t=2)
    step = case.complete("A")
    assert case.ids == [] and [(m.name, m.key) for m in step.messages] == [("m", 2)]


def test_a_message_end_event_throws() -> None:
    case = Case("start S | user A | end E message=m | S > A | A > E")
    step = case.complete("A")
    assert case.finished and [m.name for m in step.messages] == ["m"]


def test_each_item_awaits_the_message_with_its_own_key() -> None:
    case = Case("start S | receive V message=m key=o each=kunci item=o | end E | S > V | V > E", kunci=["a", "b"])
    for key in ("b", "a"):
        case.take(spiff.receive(case.situation(), case.state, "m", key, {}))
    assert case.finished


def test_a_completion_condition_sees_the_number_of_its_item_whatever_was_written() -> None:
    case = Case(EACH.format(how="until=loopCounter=2"), orang=["a", "b", "c"])
    case.complete("A", h=1, loopCounter=2)
    assert case.ids == ["A", "A"]


def test_a_name_that_was_never_written_is_not_handed_back() -> None:
    case = Case(CALL.format(how="give=a take=c"), a=1, c=7)
    case.complete("gaji|X")
    assert variables(case) == {"a": 1, "c": 7}
