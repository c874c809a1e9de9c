"""An exception to the separation of duties: for one person in one lane of one case, asked by one, given by another."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, instances, people
from engine.errors import AlreadyDone, NotAllowed, NotFound
from engine.model import Decision, DutyException, Instance, Kind, Person
from engine.people import BUDGET_OWNER, Actor
from engine.staffing import checking
from engine.staffing.naming import must_staff
from engine.typed import Reader, Typed

LONGEST = 2_000  # characters of a reason


def listed(session: Session, instance: Instance) -> list[DutyException]:
    """The exceptions of a case, the newest first."""
    query = sa.select(DutyException).where(DutyException.instance_id == instance.id)
    return list(session.scalars(query.order_by(DutyException.asked_at.desc(), DutyException.id)))


def reasons(session: Session, instance: Instance) -> dict[str, str]:
    """Why each exception of a case was asked for, by its id; not those whose reason was erased."""
    asked = history.told(session, instance.id, Kind.DUTY_ASKED)
    return {event.body["exception"]: str(why) for event, fields in asked if (why := history.reason(fields))}


def ask(session: Session, instance_id: str, who: Actor, typed: Typed, request: str | None = None) -> DutyException:
    """Ask that a person may work in a lane although they work in one kept apart from it. Nothing is allowed before
    somebody else agrees. Raises NotAllowed, NotFound, AlreadyDone, BadForm."""
    instance = instances.locked(session, instance_id)
    must_staff(session, who, instance)
    if event := history.answered(session, request, Kind.DUTY_ASKED, who.id, instance=instance.id):
        return session.get_one(DutyException, event.body["exception"])
    people.must_run(session, who, instance)
    read, lanes = Reader(typed), [seat.lane for seat in checking.seats(session, instance)]
    person = session.get(Person, read.text("person"))
    if person is None:
        read.wrong("person", "Pilih orang dari daftar.")
    lane = read.choice("lane", lanes, "Pilih jalur dari daftar.")
    reason = read.text("reason", "Tuliskan alasannya.", LONGEST)
    letter = read.letter()
    read.check()
    assert person is not None
    row = DutyException(
        instance_id=instance.id, person_id=person.id, lane=lane, status=Decision.ASKED, letter=letter,
        asked_by=who.id, asked_at=clock.business(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, instance, Kind.DUTY_ASKED, who, row, request, {history.REASON: reason})
    return row


def decide(session: Session, exception_id: str, who: Actor, agreed: bool, request: str | None = None) -> DutyException:
    """Give or refuse an exception: the PA decides, and neither who asked nor whom it is for. Raises NotFound,
    NotAllowed, AlreadyDone."""
    row = session.get(DutyException, exception_id)
    if row is None:
        raise NotFound()
    instance = instances.locked(session, row.instance_id)
    session.refresh(row)
    people.must_have(who, BUDGET_OWNER)
    kind = Kind.DUTY_GIVEN if agreed else Kind.DUTY_DENIED
    if history.answered(session, request, kind, who.id, exception=row.id):
        return row
    people.must_run(session, who, instance)
    if row.status != Decision.ASKED:
        raise AlreadyDone(**people.deed(session, who, instance, row.decided_by or "", row.decided_at or row.asked_at))
    if {row.asked_by, row.person_id} & {who.id, *(one.person for one in who.steads.get(BUDGET_OWNER, ()))}:
        raise NotAllowed("Pengecualian harus diputuskan orang lain: bukan pengusulnya, bukan orang yang dikecualikan.")
    row.status, row.decided_by = Decision.GIVEN if agreed else Decision.DENIED, who.id
    row.decided_at = clock.business()
    stead = who.stead(BUDGET_OWNER)
    told = {"stead": stead.told()} if stead else {}
    _tell(session, instance, kind, who, row, request, told=told)
    return row


def _tell(
    session: Session,
    instance: Instance,
    kind: Kind,
    who: Actor,
    row: DutyException,
    request: str | None,
    fields: Mapping[str, str] | None = None,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    body = {"exception": row.id, "lane": row.lane, "person": row.person_id, "letter": row.letter, **told}
    history.append(session, instance, kind, who.id, body, fields, request=request)
