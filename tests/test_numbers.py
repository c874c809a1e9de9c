"""Numbers that follow after their step: left out, given once, corrected in the open, and told by the history."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from models import model
from sqlalchemy.orm import Session
from test_messages import complete, items, whole
from test_reading import at, hire
from walks import KEY, Walk

from engine import (
    cases,
    clock,
    deployments,
    history,
    instances,
    numbers,
    papers,
    people,
    replay,
    reversals,
    tasks,
    values,
    variables,
)
from engine.database import Database
from engine.demo.plans import STRAIGHT
from engine.errors import AlreadyDone, BadForm, NotAllowed, NotReady, Rejected
from engine.model import DutyPair, HistoryEvent, Instance, Kind, Opening, Staffing, StartRight, Status, WorkItem
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
BAST = {"nomor_bast": "027/11/BAST/2026", "tgl_bast": "2026-11-23"}
UNTIL = STRAIGHT[: STRAIGHT.index("A07")]


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    """A case whose BAST was received, without number and date."""
    walk = Walk(deployed, cast).to(*UNTIL)
    walk.complete("A07", nomor_bast=None, tgl_bast=None)
    return walk


def done(walk: Walk, element: str = "A07") -> WorkItem:
    with walk.database.session() as session:
        query = sa.select(WorkItem).where(WorkItem.instance_id == walk.id, WorkItem.element == element)
        return session.scalars(query.order_by(WorkItem.round.desc())).first()


def give(walk: Walk, who: str, typed: dict[str, str], request: str | None = None, element: str = "A07") -> None:
    with walk.database.session() as session, transaction(session):
        numbers.give(session, done(walk, element).id, walk.cast[who], typed, request)


def correct(walk: Walk, who: str, key: str, text: str, reason: str = "Salah ketik", request: str | None = None) -> None:
    with walk.database.session() as session, transaction(session):
        numbers.correct(session, done(walk).id, walk.cast[who], key, text, reason, request)


def known(walk: Walk) -> dict[str, values.Value]:
    return values.decode(walk.instance().variables)


def differences(walk: Walk) -> list[str]:
    with walk.database.session() as session:
        return list(replay.differences(session, session.get_one(Instance, walk.id)))


def events(walk: Walk, kind: Kind) -> list[HistoryEvent]:
    with walk.database.session() as session:
        return [one for one in history.events(session, walk.id) if one.kind == kind]


def test_a_step_is_done_without_the_number_that_follows_and_says_what_it_lacks(walk: Walk) -> None:
    assert known(walk)["nomor_bast"] is None and known(walk)["tgl_bast"] is None
    assert done(walk).lacks == ["nomor_bast", "tgl_bast"]
    assert events(walk, Kind.ITEM_COMPLETED)[-1].body["lacks"] == ["nomor_bast", "tgl_bast"]
    assert differences(walk) == []


def test_what_a_form_hides_does_not_follow(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to(*UNTIL)
    walk.complete("A07", keputusan="perbaikan", catatan="Login gagal", nomor_bast=None, tgl_bast=None)
    assert done(walk).lacks is None and "lacks" not in events(walk, Kind.ITEM_COMPLETED)[-1].body


def test_what_lacks_is_listed_for_the_role_and_for_who_did_it(walk: Walk) -> None:
    with walk.database.session() as session:
        asked = {who: numbers.count(session, walk.cast[who]) for who in ("ppk", "ppk2", "pptk", "operator")}
        [found] = session.scalars(numbers.waiting(walk.cast["ppk2"]))
    assert asked == {"ppk": 1, "ppk2": 1, "pptk": 0, "operator": 0} and found.id == done(walk).id


def test_a_number_that_is_given_is_known_from_then_on_and_told_by_the_history(walk: Walk) -> None:
    give(walk, "ppk2", BAST)
    assert known(walk)["nomor_bast"] == BAST["nomor_bast"] and known(walk)["tgl_bast"] == date(2026, 11, 23)
    [event] = events(walk, Kind.NUMBER_GIVEN)
    assert event.actor == walk.cast["ppk2"].id and event.element == "A07" and event.round == 1
    assert event.body["item"] == done(walk).id and event.body["written"] == ["nomor_bast", "tgl_bast"]
    with walk.database.session() as session:
        assert history.openings(session, walk.id)[event.seq] == {
            "nomor_bast": BAST["nomor_bast"],
            "tgl_bast": date(2026, 11, 23),
        }
        assert numbers.count(session, walk.cast["ppk"]) == 0
    assert done(walk).lacks is None and differences(walk) == []


def test_letters_print_a_number_that_followed(walk: Walk) -> None:
    def said() -> str:
        with walk.database.session() as session:
            return str(
                papers.filled_from(session, walk.cast["ppk"], "bast-penyedia", walk.id, done(walk).id, "a4", "x").blocks
            )

    assert BAST["nomor_bast"] not in said()
    give(walk, "ppk", BAST)
    assert BAST["nomor_bast"] in said()


def test_one_may_come_before_the_other(walk: Walk) -> None:
    give(walk, "ppk", {"tgl_bast": "", "nomor_bast": BAST["nomor_bast"]})
    assert done(walk).lacks == ["tgl_bast"] and differences(walk) == []
    give(walk, "ppk", {"tgl_bast": "23 November 2026"})
    assert done(walk).lacks is None and differences(walk) == []


def test_a_number_is_given_once_and_the_second_is_told_who_and_when(walk: Walk) -> None:
    give(walk, "ppk2", BAST)
    with pytest.raises(AlreadyDone) as refused:
        give(walk, "ppk", {"nomor_bast": "027/12/BAST/2026"})
    assert walk.cast["ppk2"].name in str(refused.value) and "09.00" in str(refused.value)
    assert known(walk)["nomor_bast"] == BAST["nomor_bast"] and len(events(walk, Kind.NUMBER_GIVEN)) == 1


def test_a_number_that_the_step_itself_was_given_is_not_given_again(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to(*UNTIL)
    walk.complete("A07", tgl_bast=None)
    with pytest.raises(AlreadyDone):
        give(walk, "ppk", {"nomor_bast": "027/99/BAST/2026"})


def test_a_key_that_is_sent_again_gets_the_first_answer(walk: Walk) -> None:
    for _ in range(2):
        give(walk, "ppk", BAST, "kunci-nomor")
    assert len(events(walk, Kind.NUMBER_GIVEN)) == 1
    for _ in range(2):
        correct(walk, "ppk", "nomor_bast", "027/12/BAST/2026", request="kunci-ralat")
    assert len(events(walk, Kind.NUMBER_CORRECTED)) == 1


WRONG = [
    ({"nomor_bast": "x?"}, "nomor_bast"),
    ({"tgl_bast": "kemarin"}, "tgl_bast"),
    ({"tgl_bast": "2026-11-22"}, "tgl_bast"),  # before the presentation
    ({"catatan": "Tambahan"}, "catatan"),
    ({"nomor_bast": "  "}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("typed", "field"), WRONG)
def test_the_checks_of_the_form_hold_for_what_follows(walk: Walk, typed: dict[str, str], field: str) -> None:
    with pytest.raises(BadForm) as refused:
        give(walk, "ppk", typed)
    assert [error.field for error in refused.value.errors] == [field]
    assert done(walk).lacks == ["nomor_bast", "tgl_bast"] and not events(walk, Kind.NUMBER_GIVEN)


def test_a_field_that_is_compared_with_what_follows_is_checked_too(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to(*STRAIGHT[: STRAIGHT.index("A05")])
    walk.complete("A05", tgl_kontrak=None)  # work begins on 23 November
    with pytest.raises(BadForm, match="Tanggal mulai kerja tidak boleh sebelum tanggal kontrak"):
        give(walk, "pptk", {"tgl_kontrak": "2026-11-24"}, element="A05")


@pytest.mark.parametrize("who", ["pptk", "penyedia", "auditor", "operator"])
def test_another_role_gives_and_corrects_nothing(walk: Walk, who: str) -> None:
    with pytest.raises(NotAllowed):
        give(walk, who, BAST)
    give(walk, "ppk", BAST)
    with pytest.raises(NotAllowed):
        correct(walk, who, "nomor_bast", "027/12/BAST/2026")


def test_a_step_that_is_open_takes_its_number_in_its_form(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to(*UNTIL)
    with pytest.raises(NotReady):
        give(walk, "ppk", BAST)


def test_a_correction_keeps_what_stood_and_says_why(walk: Walk) -> None:
    give(walk, "ppk", BAST)
    with clock.stopped(clock.business() + timedelta(days=1)):
        correct(walk, "ppk2", "nomor_bast", "027/12/BAST/2026", "Nomor urut salah")
    with walk.database.session() as session:
        [[_, [number, _]]] = numbers.of_case(session, session.get_one(Instance, walk.id))
    said = [(one.value, one.by, one.reason) for one in number.told]
    people_ = [walk.cast[who].id for who in ("ppk", "ppk2")]
    assert said == [
        (BAST["nomor_bast"], people_[0], None),
        ("027/12/BAST/2026", people_[1], "Nomor urut salah"),
    ]
    assert known(walk)["nomor_bast"] == "027/12/BAST/2026" and differences(walk) == []


@pytest.mark.parametrize(
    ("text", "reason", "fields"),
    [("027/12/B", " ", ["alasan"]), ("x?", "Salah ketik", ["nomor_bast"]), ("", "", ["nomor_bast", "alasan"])],
)
def test_a_correction_needs_a_right_value_and_a_reason(walk: Walk, text: str, reason: str, fields: list[str]) -> None:
    give(walk, "ppk", BAST)
    with pytest.raises(BadForm) as refused:
        correct(walk, "ppk", "nomor_bast", text, reason)
    assert [error.field for error in refused.value.errors] == fields


def test_what_stands_already_is_no_correction_and_what_lacks_cannot_be_corrected(walk: Walk) -> None:
    with pytest.raises(NotReady):
        correct(walk, "ppk", "nomor_bast", "027/12/BAST/2026")
    give(walk, "ppk", BAST)
    with pytest.raises(BadForm, match="masih sama"):
        correct(walk, "ppk", "nomor_bast", BAST["nomor_bast"])


def test_a_case_that_has_ended_still_gets_its_number(walk: Walk) -> None:
    walk.to(*STRAIGHT[STRAIGHT.index("A07") + 1 :])
    ended = walk.instance()
    give(walk, "ppk", BAST)
    after = walk.instance()
    assert ended.status == Status.COMPLETED and (after.status, after.ended_at) == (ended.status, ended.ended_at)
    assert known(walk)["nomor_bast"] == BAST["nomor_bast"] and differences(walk) == []


def test_a_cancelled_case_still_gets_its_number(walk: Walk) -> None:
    with walk.database.session() as session, transaction(session):
        cases.cancel(session, walk.id, walk.cast["pa"], "Anggaran dihapus")
        assert numbers.count(session, walk.cast["ppk"]) == 0  # but nobody waits for it
    give(walk, "ppk", BAST)
    assert walk.instance().status == Status.CANCELLED and differences(walk) == []


def test_what_a_later_round_wrote_is_not_overwritten_by_the_number_of_an_earlier_one(
    deployed: Database, cast: Cast
) -> None:
    walk = Walk(deployed, cast).to(*UNTIL)
    walk.complete("A07", nomor_bast=None)
    first = done(walk)
    with walk.database.session() as session, transaction(session):
        at, item = walk.instance(), session.get_one(WorkItem, walk.item("A08").id)
        cause = instances.Cause(Kind.MESSAGE_RECEIVED, cast["ppk"].id, None, {"nomor_bast": "BARU-1"}, {"message": "m"})
        instances.note(session, item, "", {"nomor_bast": "BARU-1"}, cause)
    assert at.status == Status.RUNNING
    with walk.database.session() as session, transaction(session):
        numbers.give(session, first.id, cast["ppk"], {"nomor_bast": BAST["nomor_bast"]})
    assert known(walk)["nomor_bast"] == "BARU-1" and done(walk).lacks is None and differences(walk) == []
    assert events(walk, Kind.NUMBER_GIVEN)[0].body["written"] == []


def test_a_number_that_was_taken_back_with_its_step_was_not_given(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to(*UNTIL)
    walk.complete("A07")
    with deployed.session() as session, transaction(session):
        reversals.recall(session, done(walk).id, walk.who(done(walk)), "Nomornya keliru")
    walk.complete("A07", nomor_bast=None, tgl_bast=None)
    give(walk, "ppk", BAST)
    with deployed.session() as session:
        number, _ = numbers.of_item(session, session.get_one(WorkItem, done(walk).id))
    assert [(one.value, one.after) for one in number.told] == [(BAST["nomor_bast"], True)]
    assert known(walk)["nomor_bast"] == BAST["nomor_bast"] and differences(walk) == []


def test_the_numbers_of_another_vendor_of_the_same_lane_are_not_theirs(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    first = hire(deployed, walk)
    walk.to(*STRAIGHT[: STRAIGHT.index("A06") + 1])
    item = done(walk, "A06").id
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(Staffing).where(Staffing.person_id == first.id).values(ends=people.today()))
        session.execute(sa.update(WorkItem).where(WorkItem.id == item).values(lacks=["nomor"]))
    second = hire(deployed, walk, "lain")
    with deployed.session() as session:
        assert numbers.count(session, people.actor(session, first.id)) == 1
        assert numbers.find(session, item, people.actor(session, first.id))[0].id == item
        assert numbers.count(session, second) == 0
        with pytest.raises(NotAllowed):
            numbers.find(session, item, second)
    assert first.name not in at(deployed, "lain").words("/nomor-menyusul")


def test_what_was_erased_says_so_and_the_rest_goes_on(walk: Walk) -> None:
    give(walk, "ppk", BAST)
    [event] = events(walk, Kind.NUMBER_GIVEN)
    with walk.database.session() as session, transaction(session):
        opening = session.get_one(Opening, (walk.id, event.seq))
        opening.fields = opening.fields | {"nomor_bast": {"erased": history.commitment("n", "00" * 16, "x")}}
    with walk.database.session() as session:
        number, _ = numbers.of_item(session, session.get_one(WorkItem, done(walk).id))
    assert [one.value for one in number.told] == [None] and number.told[0].by == walk.cast["ppk"].id


def test_who_completed_a_step_may_give_its_number_after_they_changed_roles(walk: Walk) -> None:
    who = walk.cast["ppk"]
    with walk.database.session() as session, transaction(session):
        for one in session.get_one(people.actors.Person, who.id).appointments:
            one.ends = people.today() - timedelta(days=1)
        now = people.actor(session, who.id)
        assert not now.roles and numbers.count(session, now) == 1  # they began this case, so they still see it
        numbers.give(session, done(walk).id, now, BAST)
    assert differences(walk) == []


def test_a_receipt_is_the_same_after_its_number_followed(walk: Walk) -> None:
    with walk.database.session() as session:
        before = tasks.receipt(session, walk.cast["ppk"], done(walk).id)
    give(walk, "ppk", BAST)
    with walk.database.session() as session:
        assert tasks.receipt(session, walk.cast["ppk"], done(walk).id) == before


LATE = {"sopan:type": "nomor_surat", "sopan:late": "true"}
FIELD = {"type": "textfield", "id": "N", "key": "nomor", "label": "Nomor", "validate": {"required": True}}
FORM = {"type": "default", "id": "n", "schemaVersion": 16, "components": [FIELD | {"properties": LATE}]}


@pytest.fixture
def own(session: Session, cast: Cast) -> Callable[..., str]:
    """Deploy a model whose steps have the form `n`, and start it."""

    def begin(text: str, **data: object) -> str:
        with transaction(session):
            files = {"p.bpmn": model(text), "n.json": json.dumps(FORM).encode()}
            deployments.deploy(session, files, "system")
            session.add(StartRight(key="p", role_key="ppk", begins=people.today()))
        with transaction(session):
            return cases.start(session, "p", cast["ppk"], data, typed=True).id

    return begin


def test_what_waits_for_a_number_goes_on_when_it_follows(session: Session, cast: Cast, own: Callable[..., str]) -> None:
    case = own("start S | user A form=n | catch C when=nomor!=null | user B | end E | S > A | A > C | C > B | B > E")
    [item] = items(session, case)
    complete(session, case, cast["ppk"])
    assert items(session, case) == []
    with transaction(session):
        numbers.give(session, item.id, cast["ppk"], {"nomor": "12/SP/2026"})
    assert [one.element for one in items(session, case)] == ["B"]
    assert history.events(session, case)[-1].body["completed"] == [["C", 1]]
    whole(session)


def test_a_number_stays_in_the_item_that_asked_for_it(session: Session, cast: Cast, own: Callable[..., str]) -> None:
    case = own("start S | sub U many=2 | start T in=U | user A form=n in=U | user B in=U | end F in=U | user C | end E"
               "| T > A | A > B | B > F | S > U | U > C | C > E")  # fmt: skip
    first = items(session, case)[0]
    complete(session, case, cast["ppk"])
    with transaction(session):
        numbers.give(session, first.id, cast["ppk"], {"nomor": "1/SP/2026"})
    instance = session.get_one(Instance, case)
    found = variables.decode(instance.variables, instance.scopes)
    assert found.seen(first.scope)["nomor"] == "1/SP/2026" and "nomor" not in found.seen()
    whole(session)


def test_a_later_step_that_was_taken_back_wrote_nothing(session: Session, cast: Cast, own: Callable[..., str]) -> None:
    case = own("start S | user A form=n | user B form=n | user C | end E | S > A | A > B | B > C | C > E")
    [first] = items(session, case)
    complete(session, case, cast["ppk"])
    [second] = items(session, case)
    complete(session, case, cast["ppk"], nomor="2/SP/2026")
    with transaction(session):
        reversals.recall(session, second.id, cast["ppk"], "keliru")
        numbers.give(session, first.id, cast["ppk"], {"nomor": "1/SP/2026"})
    assert values.decode(session.get_one(Instance, case).variables)["nomor"] == "1/SP/2026"
    whole(session)


def test_an_item_that_is_over_keeps_its_number_in_the_history(
    session: Session, cast: Cast, own: Callable[..., str]
) -> None:
    case = own("start S | user A form=n many=1 | user B | end E | S > A | A > B | B > E")
    [item] = items(session, case)
    complete(session, case, cast["ppk"])
    with transaction(session):
        numbers.give(session, item.id, cast["ppk"], {"nomor": "1/SP/2026"})
    assert "nomor" not in values.decode(session.get_one(Instance, case).variables)
    assert history.openings(session, case)[history.events(session, case)[-1].seq] == {"nomor": "1/SP/2026"}
    whole(session)


def test_a_number_is_not_given_where_duties_are_kept_apart(walk: Walk) -> None:
    who = walk.cast["pphp"]
    with walk.database.session() as session, transaction(session):
        lanes = {one.element: one.lane for one in session.scalars(sa.select(WorkItem))}
        session.add(DutyPair(key=KEY, one=lanes["A07"], other=lanes["A05"], strict=True, basis="Perwali 1",
                             begins=date(2020, 1, 1)))  # fmt: skip
        step = session.scalars(sa.select(WorkItem).where(WorkItem.element == "A05")).one()
        step.closed_by = who.id
    actor = replace(who, roles=frozenset({"ppk"}))
    with walk.database.session() as session, pytest.raises(NotAllowed, match="Perwali 1"), transaction(session):
        numbers.give(session, done(walk).id, actor, BAST)


def test_a_start_waits_for_no_number(session: Session, cast: Cast, own: Callable[..., str]) -> None:
    with pytest.raises(Rejected, match="form-late"):
        own("start S form=n | user A | end E | S > A | A > E", nomor="1/SP/2026")
    with transaction(session):  # a form that is deployed later, alone, is not looked at beside its model
        own_form = {**FORM, "components": [FIELD | {"properties": {"sopan:type": "nomor_surat"}}]}
        text = "start S form=n | user A | end E | S > A | A > E"
        deployments.deploy(session, {"p.bpmn": model(text), "n.json": json.dumps(own_form).encode()}, "system")
        deployments.deploy(session, {"n.json": json.dumps(FORM).encode()}, "system")
        session.add(StartRight(key="p", role_key="ppk", begins=people.today()))
    with pytest.raises(BadForm, match="Nomor wajib diisi"), transaction(session):
        cases.start(session, "p", cast["ppk"], {}, typed=True)
