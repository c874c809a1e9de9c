"""The house's dated tables: which role works in a lane, which may start a process or change deadlines, which lanes are
kept apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, library, people
from engine.definition import Definition
from engine.directory.persons import last_day
from engine.directory.telling import row, tell
from engine.errors import BadForm, FieldError, NotFound
from engine.model import DeadlineRight, DutyPair, Kind, LaneRole, StartRight
from engine.people import OPERATOR, Actor
from engine.sla import APPROVE, PROPOSE
from engine.typed import Reader, Typed

LONGEST_ID = 18  # digits
LANE, START, PAIR, DEADLINE = "jalur", "mulai", "pisah", "tenggat"
ANY = ""  # every process
Row = LaneRole | StartRight | DutyPair | DeadlineRight


@dataclass(frozen=True)
class Table:
    """One dated table: its class, the event of a change, and how the columns beside its days are read."""

    kind: type[Row]
    event: Kind
    names: tuple[str, ...]
    once: tuple[str, ...]  # what stands in one row only on a day, with the process
    read: Callable[[Session, Reader, Sequence[str]], dict[str, Any]]  # with the lanes of the process
    anywhere: bool = False  # a row may be about every process


def listed(session: Session, who: Actor, name: str) -> list[Row]:
    """The rows of a table, those in force first. Raises NotAllowed, NotFound."""
    people.must_have(who, OPERATOR)
    kind: Any = _table(name).kind
    over = sa.and_(kind.ends.is_not(None), kind.ends < people.today())
    order = [column for column in kind.__table__.columns if column.key in ("key", "lane", "one", "role_key")]
    return list(session.scalars(sa.select(kind).order_by(over, *order, kind.begins)))


def add(session: Session, who: Actor, name: str, typed: Typed, request: str | None = None) -> Row:
    """A row more of a table. A row that says the same of the same days is refused. Raises NotAllowed, NotFound,
    BadForm."""
    people.must_have(who, OPERATOR)
    table = _table(name)
    if event := history.answered(session, request, table.event, who.id):
        return cast(Row, session.get_one(table.kind, event.body["id"]))
    history.system(session)  # one after the other: two that are added at once see each other
    read, processes = Reader(typed), models(session)
    key = read.choice("key", {*processes, ANY} if table.anywhere else processes, "Pilih proses dari daftar.")
    read.check(later=(*table.names, "begins", "ends"))
    given = table.read(session, read, processes[key].lanes if key else ())
    begins, ends = read.days()
    read.check()
    new = table.kind(key=key, **given, begins=begins, ends=ends)
    _must_be_new(session, table, new)
    session.add(new)
    tell(session, table.event, who, new, ("key", *table.names, "begins", "ends"), request=request)
    return new


def end(session: Session, who: Actor, name: str, row_id: str, typed: Typed, request: str | None = None) -> Row:
    """A row of a table gets its last day. Raises NotAllowed, NotFound, BadForm."""
    people.must_have(who, OPERATOR)
    table = _table(name)
    number = table.kind.__table__.c.id.type.python_type is int
    if number and not (row_id.isdecimal() and len(row_id) < LONGEST_ID):
        raise NotFound()
    found: Row = row(session, table.kind, int(row_id) if number else row_id)
    if history.answered(session, request, table.event, who.id, id=found.id):
        return found
    found.ends = last_day(Reader(typed), found.begins, found.ends)
    tell(session, table.event, who, found, ("key", *table.names, "begins", "ends"), request=request)
    return found


def models(session: Session) -> Mapping[str, Definition]:
    """The processes in force now, by key."""
    found = library.in_force(session, clock.business())
    return library.library(session, found.digest).processes if found else {}


def _lane(session: Session, read: Reader, lanes: Sequence[str]) -> dict[str, Any]:
    lane = read.choice("lane", lanes, "Pilih jalur dari model.")
    return {"lane": lane, "role_key": _role(session, read)}


def _start(session: Session, read: Reader, _lanes: Sequence[str]) -> dict[str, Any]:
    return {"role_key": _role(session, read)}


def _deadline(session: Session, read: Reader, _lanes: Sequence[str]) -> dict[str, Any]:
    act = read.choice("act", (PROPOSE, APPROVE), "Pilih mengusulkan atau menyetujui.")
    return {"act": act, "role_key": _role(session, read)}


def _pair(session: Session, read: Reader, lanes: Sequence[str]) -> dict[str, Any]:
    names = [read.choice(name, lanes, "Pilih jalur dari model.") for name in ("one", "other")]
    one, other = sorted(names)  # a pair has no order
    if one == other:
        read.wrong("other", "Pilih dua jalur yang berbeda.")
    strict = read.choice("strict", ("larang", "ingatkan"), "Pilih larang atau ingatkan.") == "larang"
    return {"one": one, "other": other, "strict": strict, "basis": read.text("basis")}


def _role(session: Session, read: Reader) -> str:
    return read.choice("role_key", people.role_names(session), "Pilih peran dari daftar.")


TABLES = {
    LANE: Table(LaneRole, Kind.LANE_CHANGED, ("lane", "role_key"), ("lane",), _lane),
    START: Table(StartRight, Kind.START_CHANGED, ("role_key",), ("role_key",), _start),
    PAIR: Table(DutyPair, Kind.DUTIES_CHANGED, ("one", "other", "strict", "basis"), ("one", "other"), _pair),
    DEADLINE: Table(
        DeadlineRight, Kind.DEADLINE_RIGHT_CHANGED, ("act", "role_key"), ("act", "role_key"), _deadline, anywhere=True
    ),
}


def _table(name: str) -> Table:
    if name not in TABLES:
        raise NotFound()
    return TABLES[name]


def _must_be_new(session: Session, table: Table, new: Row) -> None:
    kind: Any = table.kind
    query = sa.select(kind.id).where(kind.key == new.key, *(getattr(kind, n) == getattr(new, n) for n in table.once))
    query = query.where(sa.or_(kind.ends.is_(None), kind.ends >= new.begins))
    query = query.where(kind.begins <= new.ends) if new.ends else query
    if session.scalar(query.limit(1)) is not None:
        raise BadForm(
            [FieldError("begins", "Sudah ada baris yang berlaku pada hari-hari itu. Akhiri dahulu baris itu.")]
        )
