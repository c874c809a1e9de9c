"""Who is told when a step nears or passes its deadline: a dated table that the operator keeps, read by date.

Only who it is: sending belongs to the outbox. The receivers used stand in the event of the warning or breach.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, people
from engine.errors import NotFound
from engine.model import Channel, HistoryEvent, Instance, Kind, Receiver
from engine.people import OPERATOR, ZONE, Actor
from engine.typed import Reader, Typed

WARNING, BREACH = "warning", "breach"
MOMENTS = (WARNING, BREACH)
CHANNELS = ("halaman", *Channel)  # the page of today, or the outbox


@dataclass(frozen=True)
class Alert:
    """One line for a receiver: a step that neared or passed its deadline, or several whose limits are minutes."""

    breach: bool
    cases: tuple[str, ...]  # ids; several in a digest
    numbers: tuple[str, ...]
    element: str | None
    round: int | None
    at: datetime  # of the last of them
    digest: bool


def listed(session: Session) -> list[Receiver]:
    """Every row, those in force first."""
    query = sa.select(Receiver).order_by(Receiver.ends.is_not(None), Receiver.key, Receiver.element, Receiver.moment)
    return list(session.scalars(query))


def told(session: Session, keys: tuple[str, str], element: str, moment: str) -> list[dict[str, str]]:
    """Who is told today, for an event: the rows of the step, or else of its process, or else of the case's, or else of
    all. `keys`: of the process that the step stands in, which the case may have called, and of the case's."""
    day = people.today()
    query = sa.select(Receiver).where(
        Receiver.key.in_((*keys, "")),
        Receiver.element.in_((element, "")),
        Receiver.moment == moment,
        Receiver.begins <= day,
        sa.or_(Receiver.ends.is_(None), Receiver.ends >= day),
    )
    found = session.scalars(query.order_by(Receiver.role_key, Receiver.id))
    rows = [row for row in found if row.key == keys[0] or not row.element]
    rank = {row.id: (bool(row.element), row.key == keys[0], bool(row.key)) for row in rows}
    chosen = [row for row in rows if rank[row.id] == max(rank.values())]
    return [{"role": row.role_key, "unit": row.unit, "channel": row.channel} for row in chosen]


def add(session: Session, who: Actor, typed: Typed, request: str | None = None) -> Receiver:
    """A row more, from today on; a repeated `request` key gets the first. Raises NotAllowed, BadForm."""
    people.must_have(who, OPERATOR)
    if event := history.answered(session, request, Kind.RECEIVER_CHANGED, who.id):
        return session.get_one(Receiver, event.body["id"])
    read = Reader(typed)
    row = Receiver(
        key=read.text("key"),
        element=read.text("element"),
        unit=read.text("unit"),
        role_key=read.choice("role_key", people.role_names(session), "Pilih peran dari daftar."),
        moment=read.choice("moment", MOMENTS, "Pilih peringatan atau lewat batas."),
        channel=read.choice("channel", CHANNELS, "Pilih saluran dari daftar."),
        begins=people.today(),
    )
    if row.element and not row.key:
        read.wrong("key", "Langkah hanya berarti bersama prosesnya. Pilih prosesnya.")
    read.check()
    session.add(row)
    session.flush()
    _tell(session, who, row, request)
    return row


def end(session: Session, who: Actor, receiver_id: str) -> Receiver:
    """A row counts no more from today on; one that begins today never did. Raises NotAllowed, NotFound."""
    people.must_have(who, OPERATOR)
    row = session.get(Receiver, receiver_id)
    if row is None:
        raise NotFound()
    if row.ends is None:
        row.ends = people.today() - timedelta(days=1)
        _tell(session, who, row)
    return row


def alerts(session: Session, who: Actor, day: date) -> list[Alert]:
    """What a person's roles and units are told of a day about cases that they see, the newest first. Limits in minutes
    are one line, never more: who gets an alert every hour reads none."""
    singles: list[Alert] = []
    digest: list[Alert] = []
    for event, number in session.execute(_of_day(day).where(people.visible(who))):
        if not any(is_for(who, one) for one in event.body.get("receivers", ())):
            continue
        breach = event.kind == Kind.TIMER_FIRED
        found = Alert(breach, (event.instance_id,), (number,), event.element, event.round, event.at, False)
        (digest if event.body.get("minutes") else singles).append(found)
    return [*_one(digest), *singles]


def _one(found: list[Alert]) -> list[Alert]:
    """The digest of alerts: at most one line."""
    if not found:
        return []
    cases = dict(sorted({alert.cases[0]: alert.numbers[0] for alert in found}.items(), key=lambda pair: pair[1]))
    breach = any(alert.breach for alert in found)
    return [Alert(breach, tuple(cases), tuple(cases.values()), None, None, found[0].at, True)]


def _of_day(day: date) -> sa.Select[HistoryEvent, str]:
    begin = datetime.combine(day, time.min, ZONE)
    query = sa.select(HistoryEvent, Instance.number).join(Instance, Instance.id == HistoryEvent.instance_id)
    return query.where(
        HistoryEvent.at >= begin,
        HistoryEvent.at < begin + timedelta(days=1),
        HistoryEvent.kind.in_((Kind.TIMER_FIRED, Kind.TIMER_WARNED)),
    ).order_by(HistoryEvent.at.desc())


def is_for(who: Actor, one: Mapping[str, Any]) -> bool:
    """Whether somebody is one of those whom an event of a warning or breach names."""
    return one["role"] in who.roles and (not one["unit"] or one["unit"] in who.offices)


def _tell(session: Session, who: Actor, row: Receiver, request: str | None = None) -> None:
    names = ("id", "key", "element", "moment", "role_key", "unit", "channel")
    body = {name: getattr(row, name) for name in names}
    body |= {"begins": row.begins.isoformat(), "ends": row.ends.isoformat() if row.ends else None}
    history.append(session, history.system(session), Kind.RECEIVER_CHANGED, who.id, body, request=request)
