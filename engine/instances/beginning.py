"""How an instance comes into being: its row, its case number, and what starts it beside a person."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import calendars, library, people, spiff, variables
from engine.calendars import Book
from engine.definition import Definition, Node
from engine.model import Counter, Entry, Instance, Status, new_id
from engine.spiff import Situation
from engine.transaction import add_missing, lock
from engine.values import Value
from engine.variables import Variables

TITLE, OPD, LETTER = "nama_paket", "opd", "nomor_surat"  # the start form's fields that the list of cases shows


def nothing(session: Session, definition: Definition, now: datetime, book: Book | None = None) -> Situation:
    """What can be read where there is no instance; with a book, on its calendars."""
    return Situation(definition, Variables(), now, (book or calendars.book(session)).of("", people.today(now)))


def nothing_yet(session: Session, entry: Entry, now: datetime, fields: Mapping[str, Value]) -> Situation:
    """What the first step of a new instance may read, in the set of this entry."""
    found = library.library(session, entry.deployment.digest)
    office = calendars.book(session).of(_opd(fields), people.today(now))
    return Situation(found.processes[entry.key], Variables(), now, office, found.processes, found.decisions)


def situation(session: Session, instance: Instance, now: datetime) -> Situation:
    """What a step of this instance may read."""
    definition, found = library.of(session, instance)
    known = variables.decode(instance.variables, instance.scopes)
    office = calendars.book(session, instance.calendars).of(instance.opd, people.today(now))
    return Situation(definition, known, now, office, found.processes, found.decisions, instance.id)


def row(session: Session, entry: Entry, at: Situation, fields: Mapping[str, Value], by: str) -> Instance:
    """The row of a new instance. Its step is still to be written."""
    instance = Instance(
        id=new_id(),
        number=number(session, at.definition.prefix, at.now),
        deployment_id=entry.deployment_id,
        digest=entry.deployment.digest,
        version=entry.version,
        key=entry.key,
        title=str(fields.get(TITLE) or at.definition.name),
        opd=_opd(fields),
        letter=str(fields.get(LETTER) or ""),
        started_at=at.now,
        started_by=by,
        status=Status.RUNNING,
        state=b"",
        variables={},
        head="",
        events=0,
    )
    session.add(instance)
    session.flush()
    return instance


def started_by_signal(session: Session, name: str, now: datetime) -> Iterator[tuple[Entry, Node]]:
    """The processes in force that a signal starts, with the start event that it reaches."""
    for entry, definition in _in_force(session, now):
        for start in definition.starts():
            if start.signal == name:
                yield entry, start


def started_by_message(
    session: Session, name: str, key: Value, data: Mapping[str, Value], now: datetime
) -> Iterator[tuple[Entry, Node]]:
    """The processes in force that a message with this key starts. Raises Refused."""
    for entry, definition in _in_force(session, now):
        for start in definition.starts():
            if start.message == name and spiff.key_of(start, data, now) == key:
                yield entry, start


def _in_force(session: Session, now: datetime) -> Iterator[tuple[Entry, Definition]]:
    deployment = library.in_force(session, now)
    found = library.library(session, deployment.digest) if deployment else None
    for entry in deployment.entries if deployment else ():
        if entry.kind == "process" and found is not None:
            yield entry, found.processes[entry.key]


def _opd(fields: Mapping[str, Value]) -> str:
    return str(fields.get(OPD) or "")


def number(session: Session, prefix: str, at: datetime) -> str:
    """The next case number of a prefix and a year in Pontianak: no gap, no duplicate."""
    year = people.today(at).year
    query = lock(sa.select(Counter).where(Counter.prefix == prefix, Counter.year == year), session)
    counter = session.scalars(query).one_or_none()
    if counter is None:
        add_missing(session, Counter, prefix=prefix, year=year, last=0)
        counter = session.scalars(query).one()
    counter.last += 1
    return f"{prefix}-{year}-{counter.last:04d}"
