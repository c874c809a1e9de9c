"""Reading: every calendar and who counts by which, once a process, until one of them changes."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import worktime
from engine.calendars import content as contents
from engine.calendars.content import Content
from engine.model import Office, OfficeUse, OfficeVersion, System
from engine.worktime import DEFAULT, Calendar

KEPT = 128  # calendars, and states of all of them, that this process remembers
Key = TypeVar("Key")
Value = TypeVar("Value")
_lock = Lock()


@dataclass(frozen=True)
class Head:
    """A calendar without its content."""

    key: str
    timezone: str
    parent: str | None
    number: int
    digest: str


@dataclass(frozen=True)
class Use:
    """A unit counts by a calendar between two days."""

    opd: str
    calendar: str
    begins: date
    ends: date | None

    def covers(self, opd: str, day: date) -> bool:
        return self.opd == opd and self.begins <= day and (self.ends is None or day <= self.ends)


State = tuple[Mapping[str, Head], tuple[Use, ...]]


class Kept(Generic[Key, Value]):
    """The values last asked for, by what names their content."""

    def __init__(self) -> None:
        self.values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of a key, made unless it is there."""
        with _lock:
            if key in self.values:
                self.values.move_to_end(key)
                return self.values[key]
        value = make()
        with _lock:
            self.values[key] = value
            while len(self.values) > KEPT:
                self.values.popitem(last=False)
        return value


_read = Kept[tuple[str, ...], Calendar]()
_states = Kept[str, State]()


@dataclass
class Book:
    """The calendars as they are in one transaction; `draft` is what some would say instead."""

    session: Session
    heads: Mapping[str, Head]
    uses: tuple[Use, ...]
    draft: Mapping[str, Content] = field(default_factory=dict)

    def of(self, opd: str, day: date) -> Calendar:
        """The calendar that a unit counts by on a day; of two uses the later begun counts."""
        chosen = [use for use in self.uses if use.covers(opd, day)]
        return self.calendar(max(chosen, key=lambda use: use.begins).calendar if chosen else DEFAULT)

    def calendar(self, key: str) -> Calendar:
        """A calendar by its key; without a row it is the built-in one. Raises NotFound."""
        if key not in self.heads:
            return worktime.calendar(key)
        name = (key, self.heads[key].timezone, *(self._digest(above) for above in self.chain(key)))
        zone = self.heads[key].timezone
        return _read.get(name, lambda: contents.merged(key, zone, [self.content(above) for above in self.chain(key)]))

    def chain(self, key: str) -> list[str]:
        """The keys of a calendar and those above it, the topmost first."""
        above = self.heads[key].parent
        return [*(self.chain(above) if above else ()), key]

    def content(self, key: str) -> Content:
        """What a calendar itself says."""
        if key in self.draft:
            return self.draft[key]
        version = self.session.get_one(OfficeVersion, (key, self.heads[key].number))
        return contents.read(version.content)

    def _digest(self, key: str) -> str:
        return self.draft[key].digest if key in self.draft else self.heads[key].digest


def book(session: Session, mark: str | None = None, draft: Mapping[str, Content] | None = None) -> Book:
    """The calendars with what some would say instead. `mark` is `System.calendars`, if it has been read already."""
    if mark is None:
        mark = session.scalar(sa.select(System.calendars))
    heads, uses = _states.get(mark, lambda: _load(session)) if mark else ({}, ())
    return Book(session, heads, uses, draft or {})


def _load(session: Session) -> State:
    uses = (OfficeUse.opd, OfficeUse.calendar, OfficeUse.begins, OfficeUse.ends)
    heads = (Office.key, Office.timezone, Office.parent, Office.number, Office.digest)
    rows = session.execute(sa.select(*heads, *uses).outerjoin(OfficeUse, OfficeUse.calendar == Office.key)).all()
    found = {row[0]: Head(*row[:5]) for row in rows}
    return found, tuple(Use(*row[5:]) for row in rows if row[5] is not None)
