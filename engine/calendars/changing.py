"""The commands that change calendars. Each makes a new version with a reason, told in the system's chain of events."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, people, worktime
from engine.calendars import content as contents
from engine.calendars.book import Book, Use, book
from engine.calendars.content import Content, Holiday, HolidayKind
from engine.calendars.versions import find
from engine.errors import AlreadyDone, BadValue, Conflict, NotFound, Refused
from engine.model import HistoryEvent, Kind, Office, OfficeUse, OfficeVersion, System, new_id
from engine.transaction import lock
from engine.worktime import DEFAULT, OFFICES, YEARS

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAMES = {DEFAULT: "Kota Pontianak"}
SKB = {2026: "SKB 3 Menteri 1497/2025, 2/2025, 5/2025"}
PACKAGE = "paket holidays (Indonesia)"
SEEDED = "Kalender bawaan"
MOST = 500  # characters of a reason


def seed(session: Session) -> None:
    """Write the built-in calendars down, unless there are some."""
    if book(session).heads:
        return
    for key, (timezone, profiles) in OFFICES.items():
        joint, days = worktime.only_joint(YEARS), worktime.calendar(key).holidays
        kinds = {day: HolidayKind.JOINT if day in joint else HolidayKind.NATIONAL for day in days}
        rows = (Holiday(day, name, kinds[day], SKB.get(day.year, PACKAGE)) for day, name in days.items())
        content = Content(profiles, contents.sorted_(rows))
        session.add(Office(key=key, name=NAMES[key], timezone=timezone, number=0, digest=""))
        session.flush()
        _write(session, session.get_one(Office, key), content, history.SYSTEM, SEEDED)


def add(session: Session, key: str, name: str, parent: str, by: str, reason: str, request: str | None = None) -> None:
    """A calendar for a unit that differs from `parent` by its own days only. Raises BadValue, Conflict, NotFound."""
    if not KEY.fullmatch(key) or len(key) > 60:
        raise BadValue("Kunci kalender hanya memuat huruf kecil, angka, dan tanda hubung di antaranya.")
    if not name.strip() or len(name) > 200:
        raise BadValue("Nama kalender wajib diisi, paling banyak {most} huruf.", most="200")
    above = office(session, parent)
    if session.get(Office, key) is not None:
        raise Conflict("Kalender {key} sudah ada.", key=key)
    session.add(Office(key=key, name=name.strip(), timezone=above.timezone, parent=parent, number=0, digest=""))
    session.flush()
    _write(session, session.get_one(Office, key), Content(), by, _reason(reason), request)


def use(session: Session, opd: str, key: str, begins: date, by: str, request: str | None = None) -> None:
    """Let a unit count by a calendar from a day on; what it counted by ends the day before. Raises BadValue."""
    found, opd = office(session, key), _unit(opd)
    for row in session.scalars(sa.select(OfficeUse).where(OfficeUse.opd == opd)):
        row.ends = _until(row, begins)
    session.add(OfficeUse(opd=opd, calendar=found.key, begins=begins))
    body = {"calendar": key, "opd": opd, "begins": begins.isoformat()}
    _tell(session, by, body, request)


def used(session: Session, opd: str, key: str, begins: date) -> Book:
    """The calendars as they would be if `use` were done. Stores nothing. Raises BadValue, NotFound."""
    found, opd, new = book(session), _unit(opd), find(session, key)
    rest = (replace(one, ends=_until(one, begins)) if one.opd == opd else one for one in found.uses)
    return replace(found, uses=(*rest, Use(opd, new.key, begins, None)))


def change(
    session: Session, key: str, content: Content, by: str, reason: str, based_on: int, request: str | None = None
) -> OfficeVersion:
    """A new version of a calendar. Raises AlreadyDone, which says who and when, if it is no more the version that the
    change is based on, Refused if nothing changes, BadValue."""
    found = office(session, key)
    if found.number != based_on:
        newer = session.get_one(OfficeVersion, (key, found.number))
        text = "Kalender {name} sudah diubah oleh {who} pukul {at}. Muat ulang lalu coba lagi."
        raise AlreadyDone(text, name=found.name, **people.house_deed(session, newer.by, newer.at))
    if book(session).content(key) == content:
        raise Refused("Tidak ada yang berubah pada kalender {name}.", name=found.name)
    return _write(session, found, content, by, _reason(reason), request)


def answered(session: Session, request: str | None, by: str, key: str) -> HistoryEvent | None:
    """The change of a calendar that this idempotency key has caused already. Raises Conflict."""
    return history.answered(session, request, Kind.CALENDAR_CHANGED, by, calendar=key)


def office(session: Session, key: str) -> Office:
    """A calendar's row, locked. Raises NotFound."""
    found = session.scalars(lock(sa.select(Office).where(Office.key == key), session)).one_or_none()
    if found is None:
        raise NotFound("Tidak ada kalender bernama {key}.", key=key)
    return found


def _unit(opd: str) -> str:
    opd = opd.strip()
    if not opd or len(opd) > 200:
        raise BadValue("Nama unit wajib diisi, paling banyak {most} huruf.", most="200")
    return opd


def _until(one: Use | OfficeUse, begins: date) -> date | None:
    """The last day of what a unit counts by if it counts by something else from a day on. Raises BadValue."""
    if one.begins >= begins:
        raise BadValue("Unit {opd} sudah punya kalender mulai {day}.", opd=one.opd, day=one.begins.isoformat())
    return one.ends if one.ends is not None and one.ends < begins else begins - timedelta(days=1)


def _write(
    session: Session, found: Office, content: Content, by: str, reason: str, request: str | None = None
) -> OfficeVersion:
    found.number, found.digest = found.number + 1, content.digest
    session.get_one(System, 1).calendars = new_id()  # whoever looks from here on sees the new state
    session.flush()
    version = book(session, draft={found.key: content}).calendar(found.key).version
    place = {"key": found.key, "number": found.number, "version": version, "digest": content.digest}
    row = OfficeVersion(**place, content=contents.written(content), at=clock.business(), by=by, reason=reason)
    session.add(row)
    body = {("calendar" if name == "key" else name): value for name, value in place.items()} | {"reason": reason}
    _tell(session, by, body, request)
    return row


def _tell(session: Session, by: str, body: Mapping[str, object], request: str | None) -> None:
    system = session.get_one(System, 1)
    history.append(session, system, Kind.CALENDAR_CHANGED, by, body, request=request)
    system.calendars = new_id()  # of what is committed
    session.flush()


def _reason(text: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > MOST:
        raise BadValue("Alasan perubahan wajib diisi, paling banyak {most} huruf.", most=str(MOST))
    return text
